import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.AbstractMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which keys a transport asks its configuration for: each of its methods is called over a map that notes what it is asked. */
final class Transports {
  private Transports() {}

  /** Asked keys, the one of the module written `spark.MODULE.…`, each with the method's type and its answer where nothing is set. */
  static Map<String, Object> keys() throws ReflectiveOperationException {
    Set<String> asked = new TreeSet<>();
    Map<String, String> empty = new AbstractMap<>() {
      @Override public Set<Entry<String, String>> entrySet() { return Set.of(); }
      @Override public boolean containsKey(Object key) { asked.add(String.valueOf(key)); return false; }
      @Override public String get(Object key) { asked.add(String.valueOf(key)); return null; }
    };
    Class<?> providerType = Class.forName("org.apache.spark.network.util.ConfigProvider");
    // The provider takes a copy of the map that it is given.
    Object provider = Class.forName("org.apache.spark.network.util.MapConfigProvider").getConstructor(Map.class).newInstance(Map.of());
    Field config = provider.getClass().getDeclaredField("config");
    config.setAccessible(true);
    config.set(provider, empty);
    Class<?> type = Class.forName("org.apache.spark.network.util.TransportConf");
    Object conf = type.getConstructor(String.class, providerType).newInstance("MODULE", provider);
    Map<String, Object> found = new TreeMap<>();
    for (Method method : type.getDeclaredMethods()) {
      if (method.getParameterCount() > 0 || !Modifier.isPublic(method.getModifiers()) || Modifier.isStatic(method.getModifiers())) continue;
      asked.clear();
      Object answer;
      try {
        answer = Mirror.invoke(method, conf);
      } catch (Throwable refused) {
        answer = null;
      }
      for (String key : asked) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("method", method.getName());
        facts.put("type", method.getReturnType().getSimpleName());
        facts.put("answer", answer == null ? null : String.valueOf(answer));
        facts.put("alone", asked.size() == 1);
        // A method that asks for one key alone tells more of it than one that asks for several.
        Object known = found.get(key);
        if (known == null || !Boolean.TRUE.equals(((Map<?, ?>) known).get("alone"))) found.put(key, facts);
      }
    }
    return found;
  }
}
