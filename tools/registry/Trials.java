import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Tries values on a released Spark. A line asks "HOW\tKEY\tVALUE", JSON answers: `verdict` accepted, refused, "at use" or
 * hangs, and `error` with the classes that it came from. HOW is read (the entry alone; load makes the object that holds
 * it), set (`spark.conf.set` in a session), start (a context with this setting, or with several, and a small job) or
 * session (a session with it). After a hang the program ends: start it anew.
 */
public final class Trials {
  /** Seconds; the first trial loads Spark. */
  private static final int PATIENCE = 60;
  private static final int AT_FIRST = 300;
  private static final Set<String> WRAPPERS = Set.of("ExceptionInInitializerError", "InvocationTargetException", "RuntimeException", "NoClassDefFoundError", "UndeclaredThrowableException");

  private static Object session;

  public static void main(String[] arguments) throws Exception {
    PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    System.setOut(System.err);
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    int patience = AT_FIRST;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String[] parts = line.split("\t", -1);
      CompletableFuture<String> trial = CompletableFuture.supplyAsync(() -> tryOut(parts[0], Arrays.copyOfRange(parts, 1, parts.length)));
      try {
        answers.println(trial.get(patience, TimeUnit.SECONDS));
        if (parts[0].equals("load") || parts[0].equals("read")) continue;
        patience = PATIENCE;
      } catch (TimeoutException | ExecutionException stuck) {
        answers.println(Json.of(Map.of("verdict", "hangs", "error", "no answer in " + patience + " s", "from", List.of())));
        Runtime.getRuntime().halt(3);
      }
    }
    Runtime.getRuntime().halt(0);
  }

  private static String tryOut(String how, String... settings) {
    String verdict = "refused";
    try {
      if (how.equals("load")) return load(settings);
      if (how.equals("read")) return accepted(read(settings[0], settings[1]));
      if (how.equals("set")) {
        if (session == null) session = sessionOn(context(conf()));
        return accepted(set(settings[0], settings[1]));
      }
      if (session != null) stop(session);
      session = null;
      Object context = context(conf(settings));
      verdict = "at use";
      try {
        if (how.equals("session")) sessionOn(context);
        else job(context);
        return accepted("");
      } finally {
        Mirror.call(context, "stop");
        forget();
      }
    } catch (Throwable thrown) {
      return refused(verdict, thrown);
    }
  }

  // ---- the ways of setting ----------------------------------------------------------------------------------------

  private static Object conf(String... settings) throws ReflectiveOperationException {
    Object conf = Class.forName("org.apache.spark.SparkConf").getConstructor(boolean.class).newInstance(false);
    String[] own = {"spark.master", System.getProperty("sparkcheck.master", "local[2]"), "spark.app.name", "trial", "spark.ui.enabled", "false", "spark.driver.host", "127.0.0.1", "spark.driver.bindAddress", "127.0.0.1", "spark.sql.shuffle.partitions", "2"};
    for (String[] each : new String[][] {own, settings}) for (int at = 0; at < each.length; at += 2) set(conf, each[at], each[at + 1]);
    return conf;
  }

  private static void set(Object conf, String key, String value) throws ReflectiveOperationException {
    Mirror.invoke(conf.getClass().getMethod("set", String.class, String.class), conf, key, value);
  }

  /** Some objects cannot be made here. */
  private static String load(String... names) {
    int made = 0;
    for (String name : names) {
      try {
        if (Mirror.module(name) != null) made++;
      } catch (Throwable absent) {
        continue;
      }
    }
    return accepted(Integer.toString(made));
  }

  private static String read(String key, String value) throws ReflectiveOperationException {
    Object registry = Mirror.module("org.apache.spark.internal.config.ConfigEntry");
    Object entry = Mirror.call(registry, "findEntry", key);
    if (entry == null) return "no entry";
    Object conf = conf(key, value);
    Class<?> type = Class.forName("org.apache.spark.internal.config.ConfigEntry");
    return String.valueOf(Mirror.invoke(conf.getClass().getMethod("get", type), conf, entry));
  }

  private static String set(String key, String value) throws ReflectiveOperationException {
    Object conf = Mirror.call(session, "conf");
    Mirror.invoke(Class.forName("org.apache.spark.sql.RuntimeConfig").getMethod("set", String.class, String.class), conf, key, value);
    runtime(session, "unset", key);
    return "";
  }

  private static void runtime(Object session, String method, String key) throws ReflectiveOperationException {
    Mirror.invoke(Class.forName("org.apache.spark.sql.RuntimeConfig").getMethod(method, String.class), Mirror.call(session, "conf"), key);
  }

  private static Object context(Object conf) throws ReflectiveOperationException {
    try {
      return Class.forName("org.apache.spark.SparkContext").getConstructor(conf.getClass()).newInstance(conf);
    } catch (InvocationTargetException thrown) {
      if (thrown.getCause() instanceof RuntimeException) throw (RuntimeException) thrown.getCause();
      throw thrown;
    }
  }

  private static Object sessionOn(Object context) throws ReflectiveOperationException {
    Object builder = Mirror.call(Mirror.module("org.apache.spark.sql.SparkSession"), "builder");
    Object made = Mirror.call(Mirror.call(builder, "sparkContext", context), "getOrCreate");
    runtime(made, "get", "spark.sql.shuffle.partitions");
    return made;
  }

  /** With a shuffle. */
  private static void job(Object context) throws ReflectiveOperationException {
    Object numbers = Mirror.call(context, "range", 0L, 100L, 1L, 2);
    Mirror.call(Mirror.call(numbers, "repartition", 3, null), "count");
  }

  private static void stop(Object session) throws ReflectiveOperationException {
    Mirror.call(session, "stop");
    forget();
  }

  private static void forget() throws ReflectiveOperationException {
    Object sessions = Mirror.module("org.apache.spark.sql.SparkSession");
    Mirror.call(sessions, "clearDefaultSession");
    Mirror.call(sessions, "clearActiveSession");
  }

  // ---- answers ----------------------------------------------------------------------------------------------------

  private static String accepted(String read) {
    return Json.of(Map.of("verdict", "accepted", "read", read));
  }

  private static String refused(String verdict, Throwable thrown) {
    Throwable told = thrown;
    while (told.getCause() != null && (WRAPPERS.contains(told.getClass().getSimpleName()) || told.getMessage() == null || told.getMessage().startsWith("Error while instantiating"))) told = told.getCause();
    Set<String> from = new LinkedHashSet<>();
    for (StackTraceElement frame : told.getStackTrace()) if (frame.getClassName().startsWith("org.apache.spark.")) from.add(frame.getClassName());
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("verdict", verdict);
    answer.put("error", told.getClass().getSimpleName() + ": " + String.valueOf(told.getMessage()));
    answer.put("fatal", told instanceof Error);
    answer.put("from", List.copyOf(from));
    return Json.of(answer);
  }
}
