import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What spark-submit makes of its options: each is given to Spark's own parser and to the step that prepares a launch,
 * under every manager and deploy mode, and what the configuration holds with it and without it is compared.
 */
final class Submit {
  private static final String[][] TARGETS = {{"local[2]", "client"}, {"spark://h:7077", "client"}, {"spark://h:7077", "cluster"}, {"yarn", "client"}, {"yarn", "cluster"}, {"k8s://https://h:6443", "client"}, {"k8s://https://h:6443", "cluster"}};
  private static final List<String> PROBES = List.of("7", "7g", "local:///probe.jar", "cluster", "true");
  /** These answer and leave, or read what is not there. */
  private static final List<String> SKIPPED = List.of("--help", "--version", "--usage-error", "--conf", "--properties-file", "--load-spark-defaults", "--status", "--kill", "--list", "--kill-submission", "--request-status");
  /** Preparing a launch with these would download. */
  private static final List<String> FETCHING = List.of("--packages", "--repositories", "--exclude-packages", "--keytab", "--principal");

  private static final Map<String, Map<String, String>> PREPARED = new TreeMap<>();

  private Submit() {}

  static Object emptyConf() throws ReflectiveOperationException {
    return Class.forName("org.apache.spark.SparkConf").getConstructor(boolean.class).newInstance(false);
  }

  /** The keys whose fields an environment variable fills. */
  static Map<String, Object> environment(List<String> variables, List<String> candidates) {
    Map<String, String> bare = fields(List.of(), Map.of());
    Map<String, List<String>> readers = readers(candidates, bare);
    Map<String, Object> found = new TreeMap<>();
    for (String variable : variables) {
      for (String probe : List.of("7", "cluster", "local[7]")) {
        List<String> keys = keysOf(changes(bare, fields(List.of(), Map.of(variable, probe))), readers);
        if (keys.isEmpty()) continue;
        found.put(variable, keys);
        break;
      }
    }
    return found;
  }

  private static List<String> keysOf(List<String> fields, Map<String, List<String>> readers) {
    return fields.stream().flatMap(field -> readers.getOrDefault(field, List.of()).stream()).distinct().collect(Collectors.toList());
  }

  static Map<String, Object> options(List<String> candidates) throws ReflectiveOperationException {
    Map<String, Object> found = new LinkedHashMap<>();
    Constructor<?> maker = Class.forName("org.apache.spark.launcher.SparkSubmitOptionParser").getDeclaredConstructor();
    maker.setAccessible(true);
    Object parser = maker.newInstance();
    Map<String, String> bare = fields(List.of(), Map.of());
    Map<String, List<String>> readers = readers(candidates, bare);
    for (String table : List.of("opts", "switches")) {
      for (String[] names : (String[][]) Mirror.read(parser, table)) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("names", List.of(names));
        facts.put("value", table.equals("opts"));
        if (!SKIPPED.contains(names[0])) ask(names[0], table.equals("opts"), bare, readers, facts);
        found.put(names[0], facts);
      }
    }
    return found;
  }

  private static void ask(String option, boolean value, Map<String, String> bare, Map<String, List<String>> readers, Map<String, Object> facts) {
    for (String probe : value ? PROBES : List.of("")) {
      List<String> given = value ? List.of(option, probe) : List.of(option);
      Map<String, String> with = fields(given, Map.of());
      List<String> changed = changes(bare, with);
      if (changed.isEmpty()) continue;
      facts.put("keys", keysOf(changed, readers));
      Map<String, Object> sets = new LinkedHashMap<>();
      for (String[] target : TARGETS) {
        if (FETCHING.contains(option) || option.equals("--master") || option.equals("--deploy-mode")) break;
        Map<String, String> without = PREPARED.computeIfAbsent(managerOf(target), name -> prepared(target, List.of()));
        if (without == null) continue;
        Map<String, String> prepared = prepared(target, given);
        sets.put(managerOf(target), prepared == null ? List.of("!") : changes(without, prepared));
      }
      facts.put("sets", sets);
      return;
    }
  }

  private static String managerOf(String[] target) {
    String name = target[0].startsWith("spark:") ? "standalone" : target[0].replaceAll("\\W.*", "");
    return name + " " + target[1];
  }

  private static List<String> changes(Map<String, String> before, Map<String, String> after) {
    List<String> changed = new ArrayList<>();
    if (before == null || after == null) return changed;
    for (Map.Entry<String, String> entry : after.entrySet()) {
      if (!entry.getValue().equals(before.get(entry.getKey())) && !entry.getKey().equals("spark.app.submitTime")) changed.add(entry.getKey());
    }
    return changed;
  }

  /** Which keys fill which field of the parsed arguments. */
  private static Map<String, List<String>> readers(List<String> candidates, Map<String, String> bare) {
    Map<String, List<String>> found = new TreeMap<>();
    for (String key : candidates) {
      for (String probe : List.of("7", "true", "cluster")) {
        List<String> changed = changes(bare, fields(List.of("--conf", key + "=" + probe), Map.of()));
        changed.remove("sparkProperties");
        if (changed.isEmpty()) continue;
        for (String field : changed) found.computeIfAbsent(field, name -> new ArrayList<>()).add(key);
        break;
      }
    }
    return found;
  }

  /** The fields of the arguments as Spark parses them; null where it refuses. */
  private static Map<String, String> fields(List<String> options, Map<String, String> environment) {
    try {
      Object parsed = parse(options, environment, List.of());
      Map<String, String> found = new TreeMap<>();
      for (Field field : parsed.getClass().getDeclaredFields()) {
        if (Modifier.isStatic(field.getModifiers()) || field.getName().contains("$") || field.getName().equals("env")) continue;
        field.setAccessible(true);
        Object value = field.get(parsed);
        if (value != null && (value instanceof String || value instanceof Boolean || Mirror.isA(value, "scala.Option") || Mirror.isA(value, "scala.collection.Map"))) found.put(field.getName(), String.valueOf(value));
      }
      return found;
    } catch (Throwable refused) {
      return null;
    }
  }

  private static Object parse(List<String> options, Map<String, String> environment, List<String> target) throws ReflectiveOperationException {
    List<String> all = new ArrayList<>(target);
    if (!options.contains("--class")) all.addAll(List.of("--class", "Probe"));
    all.addAll(options);
    all.add("spark-internal");
    Map<String, String> variables = new LinkedHashMap<>(environment);
    variables.put("HADOOP_CONF_DIR", "/none");
    Constructor<?> maker = Class.forName("org.apache.spark.deploy.SparkSubmitArguments").getDeclaredConstructors()[0];
    return maker.newInstance(Mirror.scalaList(all), Mirror.scalaMap(variables));
  }

  /** The configuration that a launch would start with; null where it is refused. */
  private static Map<String, String> prepared(String[] target, List<String> options) {
    try {
      Object parsed = parse(options, Map.of(), List.of("--master", target[0], "--deploy-mode", target[1]));
      Object submit = Class.forName("org.apache.spark.deploy.SparkSubmit").getConstructor().newInstance();
      Object launch = Mirror.call(submit, "prepareSubmitEnvironment", parsed, Mirror.module("scala.None"));
      Map<String, String> found = new TreeMap<>();
      for (Object pair : Mirror.members(Mirror.call(Mirror.call(launch, "_3"), "getAll"))) found.put(String.valueOf(Mirror.call(pair, "_1")), String.valueOf(Mirror.call(pair, "_2")));
      List<Object> arguments = Mirror.members(Mirror.call(launch, "_1"));
      for (int at = 0; at < arguments.size(); at++) if (String.valueOf(arguments.get(at)).startsWith("--")) found.put(String.valueOf(arguments.get(at)), at + 1 < arguments.size() ? String.valueOf(arguments.get(at + 1)) : "");
      return found;
    } catch (Throwable refused) {
      if (System.getenv("SPARKCHECK_TRACE") != null) refused.printStackTrace();
      return null;
    }
  }
}
