package org.lensdl4j.model.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A macro, or the body of a call block, with the part of the template that it was defined in. */
final class Macro implements Callable {
  static final String CALLER = "caller";
  static final String VARARGS = "varargs";
  static final String KWARGS = "kwargs";

  /**
   * What is written.
   *
   * @param name null for the body of a call block
   * @param defaults of the last parameters
   * @param uses which of caller, varargs and kwargs the body reads without having them as a
   *     parameter
   */
  record Definition(
      String name,
      List<String> parameters,
      List<Expr> defaults,
      Captured body,
      java.util.Set<String> uses) {
    Expr defaultOf(int parameter) {
      int at = parameter - (parameters.size() - defaults.size());
      return at < 0 ? null : defaults.get(at);
    }

    void resolve(Symbols around) {
      body.resolve(
          around,
          inner -> {
            parameters.forEach(inner::parameter);
            uses.forEach(inner::parameter);
            defaults.forEach(inner::load);
          });
    }
  }

  private final Definition definition;
  private final Frame around;

  Macro(Definition definition, Frame around) {
    this.definition = definition;
    this.around = around;
  }

  String name() {
    return definition.name();
  }

  /** An attribute, or {@link Args#NONE_GIVEN}. */
  Object attribute(String attribute) {
    return switch (attribute) {
      case "name" -> definition.name();
      case "arguments" -> new ArrayList<Object>(definition.parameters());
      case "catch_kwargs" -> definition.uses().contains(KWARGS);
      case "catch_varargs" -> definition.uses().contains(VARARGS);
      case "caller" -> definition.uses().contains(CALLER);
      case "explicit_caller" -> definition.parameters().contains(CALLER);
      default -> Args.NONE_GIVEN;
    };
  }

  @Override
  public Object call(Run run, Args args) {
    run.enter();
    try {
      Frame frame = definition.body().frame(run, around);
      bind(run, frame, args);
      StringBuilder out = new StringBuilder();
      Stmt.all(definition.body().body(), run, frame, out);
      return out.toString();
    } finally {
      run.leave();
    }
  }

  private void bind(Run run, Frame frame, Args args) {
    List<String> parameters = definition.parameters();
    Map<String, Object> named = new LinkedHashMap<>(args.named());
    int given = Math.min(args.positional().size(), parameters.size());
    boolean callerFound = given == parameters.size() && parameters.contains(CALLER);
    for (int i = 0; i < parameters.size(); i++) {
      String name = parameters.get(i);
      if (i < given) {
        frame.store(name, args.positional().get(i));
      } else {
        callerFound |= name.equals(CALLER);
        if (named.containsKey(name)) {
          frame.store(name, named.remove(name));
        }
      }
    }
    if (definition.uses().contains(CALLER) && !callerFound) {
      Object caller = named.remove(CALLER);
      frame.store(CALLER, caller == null ? Undefined.hint("No caller defined") : caller);
    }
    rest(frame, args, named, given);
    for (int i = given; i < parameters.size(); i++) {
      String name = parameters.get(i);
      if (frame.isMissing(name)) {
        Expr otherwise = definition.defaultOf(i);
        frame.store(
            name,
            otherwise == null
                ? Undefined.hint("parameter '" + name + "' was not provided")
                : run.eval(otherwise, frame));
      }
    }
  }

  /** Arguments that no parameter takes. */
  private void rest(Frame frame, Args args, Map<String, Object> named, int given) {
    String shown = name() == null ? "None" : "'" + name() + "'";
    if (definition.uses().contains(KWARGS)) {
      Dict dict = new Dict();
      named.forEach(dict::put);
      frame.store(KWARGS, dict);
    } else if (!named.isEmpty()) {
      throw TemplateException.type(
          String.format(
              Locale.ROOT,
              "macro %s takes no keyword argument '%s'",
              shown,
              named.keySet().iterator().next()));
    }
    List<Object> more = args.positional().subList(given, args.positional().size());
    if (definition.uses().contains(VARARGS)) {
      frame.store(VARARGS, Tuple.of(more));
    } else if (!more.isEmpty()) {
      throw TemplateException.type(
          String.format(
              Locale.ROOT,
              "macro %s takes not more than %d argument(s)",
              shown,
              definition.parameters().size()));
    }
  }

  /** {@code macro name(parameters)} ... {@code endmacro}. */
  record Define(Definition definition, int line) implements Stmt {
    @Override
    public End run(Run run, Frame frame, StringBuilder out) {
      frame.store(definition.name(), new Macro(definition, frame));
      return End.NORMAL;
    }

    @Override
    public void declare(Symbols symbols) {
      symbols.store(definition.name());
    }

    @Override
    public void resolve(Symbols around) {
      definition.resolve(around);
    }
  }

  /** {@code call(parameters) macro(arguments)} ... {@code endcall}; without a call, the body. */
  record CallBlock(Definition definition, Expr.Call call, int line) implements Stmt {
    @Override
    public End run(Run run, Frame frame, StringBuilder out) {
      Macro caller = new Macro(definition, frame);
      Object written = call == null ? caller.call(run, Args.EMPTY) : called(run, frame, caller);
      if (!Python.isString(written)) {
        throw TemplateException.type("call: expected text, got " + Python.typeName(written));
      }
      run.text(Python.text(written).length());
      out.append(Python.text(written));
      return End.NORMAL;
    }

    private Object called(Run run, Frame frame, Macro caller) {
      Object target = run.eval(call.function(), frame);
      Args args = call.arguments().eval(run, frame);
      Map<String, Object> named = new LinkedHashMap<>(args.named());
      if (named.put(CALLER, caller) != null) {
        throw TemplateException.type("call: a second value for 'caller'");
      }
      return Attributes.call(run, target, new Args(args.positional(), named));
    }

    @Override
    public void declare(Symbols symbols) {
      if (call != null) {
        symbols.load(call);
      }
    }

    @Override
    public void resolve(Symbols around) {
      definition.resolve(around);
    }
  }
}
