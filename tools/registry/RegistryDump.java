import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Asks a released Spark for its configuration entries, the names that it retired, the keys of its transports and the
 * options of spark-submit, and prints the answers as JSON. No context is started. On standard input stand the names of
 * the classes that define entries, one a line, "? KEY" for a key that spark-submit may read, "$ NAME" for a variable.
 */
public final class RegistryDump {
  private static final String ENTRY = "org.apache.spark.internal.config.ConfigEntry";

  public static void main(String[] arguments) throws Exception {
    PrintStream answer = System.out;
    System.setOut(System.err);
    Map<String, String> failed = new TreeMap<>();
    List<String> candidates = new ArrayList<>();
    List<String> variables = new ArrayList<>();
    try (BufferedReader lines = new BufferedReader(new InputStreamReader(System.in))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("? ")) candidates.add(line.substring(2));
        else if (line.startsWith("$ ")) variables.add(line.substring(2));
        else load(line, failed);
      }
    }
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("entries", entries());
    if (System.getenv("SPARKCHECK_ENTRIES") == null) {
      all.putAll(retired());
      all.put("transport", Transports.keys());
      all.put("submit", Submit.options(candidates));
      all.put("environment", Submit.environment(variables, candidates));
    }
    all.put("failed", failed);
    answer.println(Json.of(all));
    answer.flush();
    System.exit(0);
  }

  /** An object registers its entries when it is made; one that it keeps in a lazy val, when that is asked for. */
  private static void load(String name, Map<String, String> failed) {
    try {
      Class<?> type = Class.forName(name);
      if (!name.endsWith("$")) return;
      Object module = Mirror.module(name.substring(0, name.length() - 1));
      for (Method method : type.getDeclaredMethods()) {
        if (method.getParameterCount() == 0 && Mirror.isA(method.getReturnType(), ENTRY)) Mirror.invoke(method, module);
      }
    } catch (Throwable thrown) {
      failed.put(name, String.valueOf(thrown));
    }
  }

  private static List<Object> entries() throws ReflectiveOperationException {
    Object registry = Mirror.module(ENTRY);
    Map<String, Object> byKey = new TreeMap<>();
    for (Object entry : ((Map<?, ?>) Mirror.read(registry, "knownConfigs")).values()) byKey.put(String.valueOf(Mirror.call(entry, "key")), entry);
    // From 4.3 on some are declared in text files, and some of those stand in no object.
    if (Mirror.method(registry.getClass(), "listAllProtoDefinedConfigs", 0) != null) {
      for (Object entry : (Collection<?>) Mirror.call(registry, "listAllProtoDefinedConfigs")) byKey.putIfAbsent(String.valueOf(Mirror.call(entry, "key")), entry);
    }
    Object sql = Mirror.module("org.apache.spark.sql.internal.SQLConf");
    List<Object> found = new ArrayList<>();
    for (Map.Entry<String, Object> each : byKey.entrySet()) {
      Map<String, Object> facts = new LinkedHashMap<>();
      facts.put("key", each.getKey());
      facts.put("scope", scopeOf(sql, each.getKey()));
      describe(each.getValue(), facts);
      found.add(facts);
    }
    return found;
  }

  private static String scopeOf(Object sql, String key) throws ReflectiveOperationException {
    Method isStatic = Mirror.method(sql.getClass(), "isStaticConfigKey", 1);
    Object fixed = isStatic != null ? Mirror.invoke(isStatic, sql, key) : ((Collection<?>) Mirror.read(sql, "staticConfKeys")).contains(key);
    if ((Boolean) fixed) return "static";
    if (Mirror.method(sql.getClass(), "getConfigEntry", 1) != null) return Mirror.call(sql, "getConfigEntry", key) == null ? "app" : "session";
    return ((Map<?, ?>) Mirror.read(sql, "sqlConfEntries")).containsKey(key) ? "session" : "app";
  }

  private static void describe(Object entry, Map<String, Object> facts) throws ReflectiveOperationException {
    facts.put("public", Mirror.call(entry, "isPublic"));
    Object since = Mirror.readOrNull(entry, "version");
    if (since != null && !since.equals("")) facts.put("since", since);
    Object target = entry;
    for (Object next = Mirror.readOrNull(target, "fallback"); Mirror.isA(next, ENTRY); next = Mirror.readOrNull(target, "fallback")) {
      if (target == entry) facts.put("fallback", Mirror.call(next, "key"));
      target = next;
    }
    String standard = String.valueOf(Mirror.call(target, "defaultValueString"));
    if (!standard.equals("<undefined>")) facts.put("default", standard);
    if (entry.getClass().getSimpleName().contains("DefaultFunction")) facts.put("computed", true);
    List<Object> alternatives = Mirror.members(Mirror.call(entry, "alternatives"));
    if (!alternatives.isEmpty()) facts.put("alternatives", alternatives);
    Object prepended = Mirror.orNull(Mirror.readOrNull(entry, "prependedKey"));
    if (prepended != null) facts.put("prepended", prepended);
    Grammar.describe(target, facts);
  }

  // ---- names that went --------------------------------------------------------------------------------------------

  private static Map<String, Object> retired() throws ReflectiveOperationException {
    Map<String, Object> found = new LinkedHashMap<>();
    Object core = Mirror.module("org.apache.spark.SparkConf");
    found.put("deprecated", records(Mirror.read(core, "deprecatedConfigs"), "deprecationMessage"));
    Map<String, Object> alternatives = new TreeMap<>();
    for (Object pair : Mirror.members(Mirror.read(core, "configsWithAlternatives"))) {
      String key = String.valueOf(Mirror.call(pair, "_1"));
      for (Object each : Mirror.members(Mirror.call(pair, "_2"))) {
        String old = String.valueOf(Mirror.call(each, "key"));
        Map<String, Object> record = new LinkedHashMap<>();
        record.put("version", Mirror.call(each, "version"));
        record.put("use", key);
        record.put("read", stillReads(key, old));
        alternatives.put(old, record);
      }
    }
    found.put("alternatives", alternatives);
    Object sql = Mirror.module("org.apache.spark.sql.internal.SQLConf");
    found.put("sqlDeprecated", records(Mirror.readOrNull(sql, "deprecatedSQLConfigs"), "comment"));
    found.put("sqlRemoved", records(Mirror.readOrNull(sql, "removedSQLConfigs"), "comment", "defaultValue"));
    return found;
  }

  private static Map<String, Object> records(Object table, String... fields) throws ReflectiveOperationException {
    Map<String, Object> found = new TreeMap<>();
    if (table == null) return found;
    for (Object pair : Mirror.members(table)) {
      Object each = Mirror.call(pair, "_2");
      Map<String, Object> record = new LinkedHashMap<>();
      record.put("version", Mirror.call(each, "version"));
      for (String field : fields) record.put(field, Mirror.call(each, field));
      found.put(String.valueOf(Mirror.call(each, "key")), record);
    }
    return found;
  }

  /** Tried, not read: a SparkConf is given the old name and asked for the new one. */
  private static boolean stillReads(String key, String old) {
    try {
      Object conf = Submit.emptyConf();
      conf.getClass().getMethod("set", String.class, String.class).invoke(conf, old, "7");
      return Mirror.orNull(Mirror.call(conf, "getOption", key)) != null;
    } catch (Throwable refused) {
      return false;
    }
  }
}
