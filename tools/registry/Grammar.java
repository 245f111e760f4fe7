import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/**
 * Which values an entry takes, learned by handing values to its converter: what comes out tells the type, how much a
 * day or a terabyte comes to tells the unit, and the bounds are searched for. Nothing is assumed of how it is built.
 */
final class Grammar {
  private static final String[] TIMES = {"us", "ms", "s", "min", "h", "d"};
  private static final double[] NANOS = {1e3, 1e6, 1e9, 6e10, 3.6e12, 8.64e13};
  private static final Map<String, Double> TIME_UNITS = new LinkedHashMap<>();
  private static final Map<String, Double> SIZE_UNITS = new LinkedHashMap<>();
  private static final int[] COUNTS = {1, 10, 100, 2, 5, 20, 50, 600, 1000, 3};
  private static final String[] ANYTHING = {"7", "1", "0.5", "true", "-1", "100", "1000", "a", "/a", "a.b.C", "UTC", "MEMORY_AND_DISK", "2147483647"};

  static {
    String[] names = {"ns", "us", "ms", "s", "min", "h", "d"};
    double[] sizes = {1, 1e3, 1e6, 1e9, 6e10, 3.6e12, 8.64e13};
    for (int index = 0; index < names.length; index++) TIME_UNITS.put(names[index], sizes[index]);
    for (int power = 0; power < 5; power++) SIZE_UNITS.put("bkmgt".substring(power, power + 1), Math.pow(1024, power));
  }

  private final Object converter;
  private final Object standard;
  private final Map<String, Object> facts;

  private Grammar(Object converter, Object standard, Map<String, Object> facts) {
    this.converter = converter;
    this.standard = standard;
    this.facts = facts;
  }

  /** Adds `type`, `unit`, `allowed`, `anyCase`, `low`, `high`, `also`, `only` to the facts, as far as they hold. */
  static void describe(Object entry, Map<String, Object> facts) throws ReflectiveOperationException {
    Object standard = Mirror.orNull(Mirror.call(entry, "defaultValue"));
    new Grammar(Mirror.call(entry, "valueConverter"), standard, facts).describe(String.valueOf(Mirror.call(entry, "defaultValueString")));
  }

  /** What the converter makes of a text, out of its Some; null where it refuses. */
  private Object convert(String text) {
    try {
      Object value = Mirror.call(converter, "apply", text);
      return Mirror.isA(value, "scala.Option") ? Mirror.orNull(value) : value;
    } catch (Throwable refused) {
      return null;
    }
  }

  private void describe(String standardText) throws ReflectiveOperationException {
    Object sample = standard;
    for (int index = 0; index < ANYTHING.length && sample == null; index++) sample = convert(ANYTHING[index]);
    String type = typeOf(sample);
    if (type.equals("long") || type.equals("int")) {
      if (findUnit(TIME_UNITS, TIMES, NANOS)) type = "time";
      else if (findUnit(SIZE_UNITS, SIZE_UNITS.keySet().toArray(new String[0]), null)) type = "bytes";
    }
    if (type.equals("string") || type.equals("enum") || type.equals("unknown")) {
      findAllowed(sample, standardText);
      // Without a default all that is known of a text with a set of values is that set.
      if (type.equals("unknown")) type = facts.containsKey("allowed") ? typeOf(convert(((List<?>) facts.get("allowed")).get(0).toString())) : "string";
    }
    facts.put("type", type);
    if (List.of("int", "long", "time", "bytes").contains(type)) findWholeBounds(type);
    if (List.of("double", "decimal").contains(type)) findBounds();
  }

  private String typeOf(Object value) throws ReflectiveOperationException {
    if (value == null) return "unknown";
    if (value instanceof Boolean) return "boolean";
    if (value instanceof Integer) return "int";
    if (value instanceof Long) return "long";
    if (value instanceof Double) return "double";
    if (value instanceof String) return "string";
    if (Mirror.isA(value, "scala.math.BigDecimal")) return "decimal";
    if (Mirror.isA(value, "scala.util.matching.Regex")) return "regex";
    if (value instanceof Enum || Mirror.isA(value, "scala.Enumeration$Value")) return "enum";
    if (Mirror.isA(value, "scala.collection.Seq")) {
      for (String text : ANYTHING) {
        Object list = convert(text);
        if (list != null && !Mirror.members(list).isEmpty()) return "seq<" + typeOf(Mirror.members(list).get(0)) + ">";
      }
      return Mirror.members(value).isEmpty() ? "seq<string>" : "seq<" + typeOf(Mirror.members(value).get(0)) + ">";
    }
    return value.getClass().getName();
  }

  /** Finds the unit that a bare number counts, by what a number with a suffix comes to. */
  private boolean findUnit(Map<String, Double> units, String[] suffixes, double[] sizes) {
    for (int at = suffixes.length - 1; at >= 0; at--) {
      double size = sizes == null ? units.get(suffixes[at]) : sizes[at];
      for (int count : COUNTS) {
        Object value = convert(count + suffixes[at]);
        if (!(value instanceof Number) || ((Number) value).doubleValue() <= 0) continue;
        double one = count * size / ((Number) value).doubleValue();
        for (Map.Entry<String, Double> unit : units.entrySet()) {
          if (Math.abs(one / unit.getValue() - 1) > 1e-6) continue;
          facts.put("unit", unit.getKey());
          return true;
        }
      }
    }
    return false;
  }

  /** The words of an enumeration, or those that the refusal of another one names. */
  private void findAllowed(Object sample, String standardText) throws ReflectiveOperationException {
    List<String> named = new ArrayList<>();
    if (sample instanceof Enum) {
      for (Object each : ((Enum<?>) sample).getDeclaringClass().getEnumConstants()) named.add(String.valueOf(each));
    } else if (Mirror.isA(sample, "scala.Enumeration$Value")) {
      for (Object each : Mirror.members(Mirror.call(Mirror.read(sample, "scala$Enumeration$$outerEnum"), "values"))) named.add(String.valueOf(each));
    } else if (convert("sparkcheck-none") == null) {
      named.addAll(namedByRefusal());
    }
    List<String> allowed = new ArrayList<>();
    for (String each : named) if (!each.isEmpty() && convert(each) != null && !allowed.contains(each)) allowed.add(each);
    boolean hasDefault = standard == null || allowed.stream().anyMatch(standardText::equalsIgnoreCase);
    if (allowed.isEmpty() || !hasDefault) return;
    allowed.sort(null);
    facts.put("allowed", allowed);
    if (allowed.stream().allMatch(each -> convert(flipped(each)) != null)) facts.put("anyCase", true);
  }

  private static String flipped(String word) {
    return word.equals(word.toLowerCase()) ? word.toUpperCase() : word.toLowerCase();
  }

  private List<String> namedByRefusal() {
    try {
      Mirror.call(converter, "apply", "sparkcheck-none");
    } catch (Throwable refused) {
      Throwable cause = refused.getCause() == null || refused instanceof RuntimeException ? refused : refused.getCause();
      Matcher list = Pattern.compile("(?s)(?:should be one of|Valid values are|should be either) (.*?)(?:, but was .*|\\.?(?: SQLSTATE: \\w+)?)$").matcher(String.valueOf(cause.getMessage()));
      if (list.find()) {
        // One word may hold a comma of its own: IPv4,IPv6.
        String words = list.group(1).replace("'", "");
        return List.of(words.split(words.matches("(?s).*(, | and | or ).*") ? ", | and | or " : ","));
      }
    }
    return List.of();
  }

  // ---- bounds -----------------------------------------------------------------------------------------------------

  private static final long[] MARKS = {Integer.MIN_VALUE, -1_000_000, -1000, -100, -2, -1, 0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 12, 15, 16, 17, 20, 31, 32, 50, 64, 99, 100, 127, 128, 192, 200, 255, 256, 500, 512, 1000, 1024, 4096, 10_000, 65_535, 65_536, 1_000_000, 1 << 24, 1 << 30, Integer.MAX_VALUE};

  private void findWholeBounds(String type) {
    long[] marks = standard instanceof Number ? LongStream.concat(LongStream.of(MARKS), LongStream.of(((Number) standard).longValue())).filter(mark -> mark <= Integer.MAX_VALUE).distinct().sorted().toArray() : MARKS;
    boolean[] taken = new boolean[marks.length];
    for (int at = 0; at < marks.length; at++) taken[at] = takes(marks[at]);
    int[] run = longestRun(taken);
    if (run == null) return;
    List<Long> others = new ArrayList<>();
    for (int at = 0; at < marks.length; at++) if (taken[at] && (at < run[0] || at > run[1])) others.add(marks[at]);
    if (run[0] == run[1] || others.stream().anyMatch(each -> each > 0)) {
      // Numbers here and there: few ones are told, and what is a multiple of something is not.
      for (int at = run[0]; at <= run[1]; at++) others.add(marks[at]);
      others.sort(null);
      if (others.size() < 5 && others.stream().noneMatch(each -> takes(each - 1) && !others.contains(each - 1) || takes(each + 1) && !others.contains(each + 1))) facts.put("only", others);
      return;
    }
    if (run[0] > 0) facts.put("low", search(marks[run[0]], marks[run[0] - 1]));
    if (run[1] < marks.length - 1) facts.put("high", search(marks[run[1]], marks[run[1] + 1]));
    else if (!type.equals("int") && !type.equals("time") && !takes(Integer.MAX_VALUE + 1L)) facts.put("high", (long) Integer.MAX_VALUE);
    if (!others.isEmpty()) facts.put("also", others);
  }

  private boolean takes(long number) {
    return convert(Long.toString(number)) != null;
  }

  /** The last number on the way from one that is taken to one that is not. */
  private long search(long taken, long refused) {
    while (Math.abs(refused - taken) > 1) {
      long middle = taken + (refused - taken) / 2;
      if (takes(middle)) taken = middle;
      else refused = middle;
    }
    return taken;
  }

  private static int[] longestRun(boolean[] taken) {
    int[] best = null;
    for (int start = 0; start < taken.length; start++) {
      if (!taken[start]) continue;
      int end = start;
      while (end + 1 < taken.length && taken[end + 1]) end++;
      if (best == null || end - start > best[1] - best[0]) best = new int[] {start, end};
      start = end;
    }
    return best;
  }

  private void findBounds() {
    double[] marks = {-1e9, -100, -1, -0.5, 0, 1e-6, 0.1, 0.3, 0.5, 0.9, 1, 1.5, 2, 3, 10, 100, 1e9};
    boolean[] taken = new boolean[marks.length];
    Predicate<Double> takes = number -> convert(Double.toString(number)) != null;
    for (int at = 0; at < marks.length; at++) taken[at] = takes.test(marks[at]);
    int[] run = longestRun(taken);
    if (run == null) return;
    if (run[0] > 0) bound("low", "openLow", marks[run[0]], marks[run[0] - 1], takes);
    if (run[1] < marks.length - 1) bound("high", "openHigh", marks[run[1]], marks[run[1] + 1], takes);
    List<Double> also = new ArrayList<>();
    for (int at = 0; at < marks.length; at++) if (taken[at] && (at < run[0] || at > run[1])) also.add(marks[at]);
    if (!also.isEmpty()) facts.put("also", also);
  }

  private void bound(String name, String open, double taken, double refused, Predicate<Double> takes) {
    for (int step = 0; step < 80; step++) {
      double middle = (taken + refused) / 2;
      if (takes.test(middle)) taken = middle;
      else refused = middle;
    }
    double bound = Math.round(taken * 1e4) / 1e4;
    facts.put(name, bound);
    if (!takes.test(bound)) facts.put(open, true);
  }
}
