package org.lensdl4j.lab.evaluate.tasks;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.lensdl4j.lab.evaluate.fidelity.LanguageCodes;
import org.lensdl4j.lens.corpus.LanguageNames;

/** How a language is asked for: in English in several wordings, and in the language itself. */
public final class Requests {
  /**
   * Those of the Language Confusion Benchmark are among them, and others, before and behind what is
   * asked.
   */
  private static final List<String> WORDINGS =
      List.of(
          "%s Respond in %s.",
          "%s Answer in %s.",
          "%s Write your answer in %s.",
          "%s Please reply in %s.",
          "%s Give your answer in %s, please.",
          "%s Use %s.");

  /** In each language: a request to answer in it, and the usual system turn. */
  private static final Map<String, List<String>> OWN =
      Map.ofEntries(
          Map.entry("ar", List.of("أجب باللغة العربية من فضلك.", "أنت مساعد مفيد.")),
          Map.entry("bn", List.of("অনুগ্রহ করে বাংলায় উত্তর দিন।", "আপনি একজন সহায়ক সহকারী।")),
          Map.entry(
              "de", List.of("Bitte antworte auf Deutsch.", "Du bist ein hilfreicher Assistent.")),
          Map.entry("en", List.of("Please answer in English.", "You are a helpful assistant.")),
          Map.entry("es", List.of("Por favor, responde en español.", "Eres un asistente útil.")),
          Map.entry(
              "fr", List.of("Réponds en français, s'il te plaît.", "Tu es un assistant utile.")),
          Map.entry("hi", List.of("कृपया हिंदी में उत्तर दें।", "आप एक मददगार सहायक हैं।")),
          Map.entry(
              "id",
              List.of(
                  "Tolong jawab dalam bahasa Indonesia.", "Anda adalah asisten yang membantu.")),
          Map.entry("it", List.of("Per favore, rispondi in italiano.", "Sei un assistente utile.")),
          Map.entry("ja", List.of("日本語で答えてください。", "あなたは親切なアシスタントです。")),
          Map.entry("ko", List.of("한국어로 대답해 주세요.", "당신은 도움이 되는 어시스턴트입니다.")),
          Map.entry(
              "pt", List.of("Por favor, responda em português.", "Você é um assistente útil.")),
          Map.entry(
              "ru", List.of("Пожалуйста, ответь на русском языке.", "Ты — полезный помощник.")),
          Map.entry(
              "sw", List.of("Tafadhali jibu kwa Kiswahili.", "Wewe ni msaidizi mwenye msaada.")),
          Map.entry("tr", List.of("Lütfen Türkçe cevap ver.", "Sen yardımsever bir asistansın.")),
          Map.entry(
              "vi", List.of("Vui lòng trả lời bằng tiếng Việt.", "Bạn là một trợ lý hữu ích.")),
          Map.entry("zh", List.of("请用中文回答。", "你是一个乐于助人的助手。")));

  private Requests() {}

  /** The English name of a language; its code if there is none. */
  static String name(String language) {
    String code = LanguageCodes.iso(language);
    return LanguageNames.english(code).orElse(code);
  }

  /**
   * An English question that asks for an answer in a language.
   *
   * @param number of the question: wordings take turns
   */
  public static String asking(String question, String language, int number) {
    return String.format(
        Locale.ROOT,
        WORDINGS.get(Math.floorMod(number, WORDINGS.size())),
        question,
        name(language));
  }

  /** A request in a language to answer in it; in English where this project has no words for it. */
  public static String own(String language) {
    List<String> own = OWN.get(LanguageCodes.iso(language));
    return own == null
        ? String.format(Locale.ROOT, "Please answer in %s.", name(language))
        : own.get(0);
  }

  /** "You are a helpful assistant." in a language. */
  public static Optional<String> assistant(String language) {
    return Optional.ofNullable(OWN.get(LanguageCodes.iso(language))).map(own -> own.get(1));
  }

  /** The languages that {@link #assistant} knows, by ISO 639-1 code. */
  public static List<String> known() {
    return OWN.keySet().stream().sorted().toList();
  }
}
