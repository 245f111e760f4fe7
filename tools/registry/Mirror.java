import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Spark as seen by reflection alone: one compiled program serves every release, whatever its Scala. */
final class Mirror {
  private Mirror() {}

  /** The only instance of a Scala object. */
  static Object module(String name) throws ReflectiveOperationException {
    Field field = Class.forName(name + "$").getDeclaredField("MODULE$");
    field.setAccessible(true);
    return field.get(null);
  }

  /** What `name` is, be it a method without parameters or a field; scalac puts a class before the names of private ones. */
  static Object read(Object from, String name) throws ReflectiveOperationException {
    Method method = method(from.getClass(), name, 0);
    if (method != null) return invoke(method, from);
    for (Class<?> type = from.getClass(); type != null; type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        if (!isNamed(field.getName(), name)) continue;
        field.setAccessible(true);
        return field.get(from);
      }
    }
    throw new NoSuchFieldException(from.getClass().getName() + "." + name);
  }

  /** null where this release has no such thing. */
  static Object readOrNull(Object from, String name) {
    try {
      return read(from, name);
    } catch (ReflectiveOperationException absent) {
      return null;
    }
  }

  static Object call(Object on, String name, Object... arguments) throws ReflectiveOperationException {
    Method method = method(on.getClass(), name, arguments.length);
    if (method == null) throw new NoSuchMethodException(on.getClass().getName() + "." + name);
    return invoke(method, on, arguments);
  }

  static Method method(Class<?> type, String name, int parameters) {
    for (Class<?> each = type; each != null; each = each.getSuperclass()) {
      for (Method method : each.getDeclaredMethods()) {
        if (method.getParameterCount() == parameters && isNamed(method.getName(), name)) return method;
      }
      for (Class<?> parent : each.getInterfaces()) {
        Method method = method(parent, name, parameters);
        if (method != null && !Modifier.isAbstract(method.getModifiers())) return method;
      }
    }
    return null;
  }

  /** What a Spark method throws comes out as it was thrown, unless it is checked. */
  static Object invoke(Method method, Object on, Object... arguments) throws ReflectiveOperationException {
    method.setAccessible(true);
    try {
      return method.invoke(on, arguments);
    } catch (InvocationTargetException thrown) {
      if (thrown.getCause() instanceof RuntimeException) throw (RuntimeException) thrown.getCause();
      if (thrown.getCause() instanceof Error) throw (Error) thrown.getCause();
      throw thrown;
    }
  }

  private static boolean isNamed(String name, String wanted) {
    return name.equals(wanted) || name.endsWith("$$" + wanted);
  }

  static boolean isA(Object value, String className) {
    return value != null && isA(value.getClass(), className);
  }

  static boolean isA(Class<?> type, String className) {
    if (type == null) return false;
    if (type.getName().equals(className) || isA(type.getSuperclass(), className)) return true;
    for (Class<?> parent : type.getInterfaces()) if (isA(parent, className)) return true;
    return false;
  }

  /** Members of a collection of Scala or Java, or of an array; of an Option, the one or none; of a map, its pairs. */
  static List<Object> members(Object collection) throws ReflectiveOperationException {
    if (collection == null) return List.of();
    if (collection instanceof Object[]) return Arrays.asList((Object[]) collection);
    if (collection instanceof Map) return new ArrayList<>(((Map<?, ?>) collection).entrySet());
    if (collection instanceof Collection) return new ArrayList<>((Collection<?>) collection);
    List<Object> found = new ArrayList<>();
    Object iterator = call(collection, "iterator");
    Method hasNext = Class.forName("scala.collection.Iterator").getMethod("hasNext");
    Method next = Class.forName("scala.collection.Iterator").getMethod("next");
    while ((Boolean) invoke(hasNext, iterator)) found.add(invoke(next, iterator));
    return found;
  }

  /** The value of an Option, or null. */
  static Object orNull(Object option) throws ReflectiveOperationException {
    List<Object> members = members(option);
    return members.isEmpty() ? null : members.get(0);
  }

  /** A list is a Seq in every Scala. */
  static Object scalaList(List<?> items) throws ReflectiveOperationException {
    Object list = module("scala.collection.immutable.Nil");
    for (int index = items.size() - 1; index >= 0; index--) list = call(list, "$colon$colon", items.get(index));
    return list;
  }

  static Object scalaMap(Map<String, String> entries) throws ReflectiveOperationException {
    Object map = module("scala.collection.immutable.Map$EmptyMap");
    for (Map.Entry<String, String> entry : entries.entrySet()) map = call(map, "updated", entry.getKey(), entry.getValue());
    return map;
  }
}
