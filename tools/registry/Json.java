import java.util.Collection;
import java.util.Map;

/** Writes maps, lists, texts, numbers and truth values. */
final class Json {
  private final StringBuilder text = new StringBuilder();

  static String of(Object value) {
    Json json = new Json();
    json.write(value);
    return json.text.toString();
  }

  private void write(Object value) {
    if (value == null || value instanceof Boolean || value instanceof Number) {
      text.append(value);
    } else if (value instanceof Map) {
      text.append('{');
      String between = "";
      for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
        text.append(between);
        write(String.valueOf(entry.getKey()));
        text.append(':');
        write(entry.getValue());
        between = ",";
      }
      text.append('}');
    } else if (value instanceof Collection) {
      text.append('[');
      String between = "";
      for (Object each : (Collection<?>) value) {
        text.append(between);
        write(each);
        between = ",";
      }
      text.append(']');
    } else {
      text.append('"');
      for (char each : String.valueOf(value).toCharArray()) {
        if (each == '"' || each == '\\') text.append('\\').append(each);
        else if (each < ' ' || each > '~') text.append(String.format("\\u%04x", (int) each));
        else text.append(each);
      }
      text.append('"');
    }
  }
}
