package org.lensdl4j.model.template;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Python's operators on numbers and sequences; whole numbers of any size within bounds. */
final class Arithmetic {
  /** What {@link #compare} says of a number and NaN. */
  static final int UNORDERED = Integer.MIN_VALUE;

  private static final int MAX_BITS = 1 << 17;

  private Arithmetic() {}

  static boolean isNumber(Object value) {
    return value instanceof Long
        || value instanceof Double
        || value instanceof Boolean
        || value instanceof BigInteger;
  }

  static boolean isInteger(Object value) {
    return isNumber(value) && !(value instanceof Double);
  }

  /** A whole number in its one form: a Long where it fits. */
  static Object integer(BigInteger value) {
    if (value.bitLength() > MAX_BITS) {
      throw TemplateException.refused("a whole number of more than " + MAX_BITS + " bits");
    }
    return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
  }

  static BigInteger big(Object value) {
    if (value instanceof BigInteger number) {
      return number;
    }
    return BigInteger.valueOf(value instanceof Boolean flag ? (flag ? 1 : 0) : (Long) value);
  }

  static double real(Object value) {
    if (value instanceof Double number) {
      return number;
    }
    double out = big(value).doubleValue();
    if (Double.isInfinite(out)) {
      throw TemplateException.python("OverflowError", "int too large to convert to float");
    }
    return out;
  }

  /** A value as a whole number that counts something. */
  static long index(Object value) {
    if (value instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (!isInteger(value)) {
      throw TemplateException.type(
          "'" + Python.typeName(value) + "' object cannot be interpreted as an integer");
    }
    BigInteger number = big(value);
    boolean fits = number.bitLength() < Long.SIZE;
    return fits ? number.longValue() : number.signum() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
  }

  static boolean equal(Object a, Object b) {
    return compare(a, b) == 0;
  }

  static int compare(Object a, Object b) {
    if (isInteger(a) && isInteger(b)) {
      return a instanceof Long x && b instanceof Long y
          ? Long.compare(x, y)
          : big(a).compareTo(big(b));
    }
    double x = a instanceof Double number ? number : 0;
    double y = b instanceof Double number ? number : 0;
    if (Double.isNaN(x) || Double.isNaN(y)) {
      return UNORDERED;
    }
    if (Double.isInfinite(x) || Double.isInfinite(y)) {
      return x == y ? 0 : x < y ? -1 : 1;
    }
    return decimal(a).compareTo(decimal(b));
  }

  private static BigDecimal decimal(Object value) {
    return value instanceof Double number ? new BigDecimal(number) : new BigDecimal(big(value));
  }

  static Object negate(Object value, boolean minus) {
    if (value instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (!isNumber(value)) {
      throw TemplateException.type(
          String.format(
              Locale.ROOT,
              "bad operand type for unary %s: '%s'",
              minus ? "-" : "+",
              Python.typeName(value)));
    }
    if (value instanceof Double number) {
      return minus ? -number : number;
    }
    return integer(minus ? big(value).negate() : big(value));
  }

  /** {@code a operator b}. */
  static Object apply(Run run, String operator, Object a, Object b) {
    if (operator.equals("%") && Python.isString(a)) {
      return PercentFormat.format(run, a, b);
    }
    if (a instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (b instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (isNumber(a) && isNumber(b)) {
      return a instanceof Double || b instanceof Double || operator.equals("/")
          ? reals(operator, a, b)
          : integers(run, operator, a, b);
    }
    if (operator.equals("+")) {
      Object sum = concat(run, a, b);
      if (sum != null) {
        return sum;
      }
    }
    if (operator.equals("*")) {
      Object product = isInteger(b) ? repeat(run, a, b) : isInteger(a) ? repeat(run, b, a) : null;
      if (product != null) {
        return product;
      }
    }
    throw unsupported(operator, a, b);
  }

  private static TemplateException unsupported(String operator, Object a, Object b) {
    if (operator.equals("+") && Python.isString(a)) {
      return TemplateException.type(
          "can only concatenate str (not \"" + Python.typeName(b) + "\") to str");
    }
    return TemplateException.type(
        String.format(
            Locale.ROOT,
            "unsupported operand type(s) for %s: '%s' and '%s'",
            operator.equals("**") ? "** or pow()" : operator,
            Python.typeName(a),
            Python.typeName(b)));
  }

  private static Object concat(Run run, Object a, Object b) {
    if (a instanceof String x && b instanceof String y) {
      return Text.concat(run, x, y);
    }
    if (Python.isString(a) && Python.isString(b)) {
      return new Markup(Text.concat(run, Markup.escape(run, a), Markup.escape(run, b)));
    }
    boolean tuples = a instanceof Tuple && b instanceof Tuple;
    boolean lists = a instanceof ArrayList && b instanceof ArrayList;
    if (tuples || lists) {
      List<?> x = (List<?>) a;
      List<?> y = (List<?>) b;
      run.items((long) x.size() + y.size());
      List<Object> out = new ArrayList<>(x);
      out.addAll(y);
      return tuples ? Tuple.of(out) : out;
    }
    return null;
  }

  private static Object repeat(Run run, Object part, Object times) {
    if (times instanceof BigInteger) {
      throw TemplateException.python(
          "OverflowError", "cannot fit 'int' into an index-sized integer");
    }
    long n = Math.max(0, index(times));
    if (Python.isString(part)) {
      String out = Text.repeat(run, Python.text(part), n);
      return part instanceof Markup ? new Markup(out) : out;
    }
    if (part instanceof List<?> list && !(part instanceof Range)) {
      run.items(n > Integer.MAX_VALUE && !list.isEmpty() ? -1 : n * list.size());
      List<Object> out = new ArrayList<>();
      for (long i = 0; i < n && !list.isEmpty(); i++) {
        out.addAll(list);
      }
      return part instanceof Tuple ? Tuple.of(out) : out;
    }
    return null;
  }

  private static Object integers(Run run, String operator, Object a, Object b) {
    BigInteger x = big(a);
    BigInteger y = big(b);
    run.work(1 + (long) x.bitLength() * y.bitLength() / 4096);
    return switch (operator) {
      case "+" -> integer(x.add(y));
      case "-" -> integer(x.subtract(y));
      case "*" -> integer(x.multiply(y));
      case "//" -> integer(floor(x, y)[0]);
      case "%" -> integer(floor(x, y)[1]);
      default -> power(run, x, y);
    };
  }

  private static BigInteger[] floor(BigInteger x, BigInteger y) {
    if (y.signum() == 0) {
      throw zero("integer division or modulo by zero");
    }
    BigInteger[] out = x.divideAndRemainder(y);
    if (out[1].signum() != 0 && out[1].signum() != y.signum()) {
      out[0] = out[0].subtract(BigInteger.ONE);
      out[1] = out[1].add(y);
    }
    return out;
  }

  private static Object power(Run run, BigInteger x, BigInteger y) {
    if (y.signum() < 0) {
      return reals("**", real(integer(x)), real(integer(y)));
    }
    if (x.bitLength() > 1 && (y.bitLength() > 31 || x.bitLength() * y.longValue() > MAX_BITS)) {
      throw TemplateException.refused("a whole number of more than " + MAX_BITS + " bits");
    }
    run.work(x.bitLength() * y.longValue());
    if (x.bitLength() <= 1) { // -2, -1, 0 or 1: parity decides all but -2
      boolean unit = x.abs().compareTo(BigInteger.ONE) <= 0;
      if (unit) {
        return integer(
            y.signum() == 0 ? BigInteger.ONE : x.signum() < 0 && !y.testBit(0) ? x.negate() : x);
      }
      if (y.bitLength() > 31 || y.longValue() > MAX_BITS) {
        throw TemplateException.refused("a whole number of more than " + MAX_BITS + " bits");
      }
    }
    return integer(x.pow(y.intValue()));
  }

  private static Object reals(String operator, Object a, Object b) {
    if (operator.equals("/") && isInteger(a) && isInteger(b)) {
      return quotient(big(a), big(b));
    }
    double x = real(a);
    double y = real(b);
    switch (operator) {
      case "+":
        return x + y;
      case "-":
        return x - y;
      case "*":
        return x * y;
      case "/":
        if (y == 0) {
          throw zero("float division by zero");
        }
        return x / y;
      case "//":
        return divmod(x, y)[0];
      case "%":
        return divmod(x, y)[1];
      default:
        return power(x, y);
    }
  }

  private static double quotient(BigInteger x, BigInteger y) {
    if (y.signum() == 0) {
      throw zero("division by zero");
    }
    double out =
        x.bitLength() <= 53 && y.bitLength() <= 53
            ? x.doubleValue() / y.doubleValue()
            : new BigDecimal(x).divide(new BigDecimal(y), new MathContext(60)).doubleValue();
    if (Double.isInfinite(out)) {
      throw TemplateException.python("OverflowError", "integer division result too large");
    }
    return out;
  }

  private static double power(double x, double y) {
    if (x == 0 && y < 0) {
      throw zero("0.0 cannot be raised to a negative power");
    }
    if (x < 0 && y != Math.rint(y) && !Double.isInfinite(x) && !Double.isInfinite(y)) {
      throw TemplateException.refused("a complex number");
    }
    double out = x == 1 ? 1 : Math.pow(x, y);
    if (Double.isInfinite(out) && !Double.isInfinite(x) && !Double.isInfinite(y)) {
      throw TemplateException.python("OverflowError", "Numerical result out of range");
    }
    return out;
  }

  private static double[] divmod(double x, double y) {
    if (y == 0) {
      throw zero("float floor division or modulo by zero");
    }
    double rest = x % y;
    double quotient = (x - rest) / y;
    if (rest != 0) {
      if ((y < 0) != (rest < 0)) {
        rest += y;
        quotient -= 1;
      }
    } else {
      rest = Math.copySign(0.0, y);
    }
    double whole = Math.copySign(0.0, x / y);
    if (quotient != 0) {
      whole = Math.floor(quotient);
      whole += quotient - whole > 0.5 ? 1 : 0;
    }
    return new double[] {whole, rest};
  }

  private static TemplateException zero(String message) {
    return TemplateException.python("ZeroDivisionError", message);
  }
}
