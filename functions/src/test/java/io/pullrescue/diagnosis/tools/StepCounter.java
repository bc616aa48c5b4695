package io.pullrescue.diagnosis.tools;

import static java.lang.constant.ConstantDescs.CD_String;
import static java.lang.constant.ConstantDescs.CD_void;

import io.pullrescue.diagnosis.MessageCorpus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Counts the steps of a diagnosis: characters that are read, compared or copied, and calls of
 * methods. The count of a text is the same on every machine and in every run.
 *
 * <p>The classes of pull-rescue are loaded a second time, with their calls of {@link String},
 * {@link StringBuilder} and regular expressions replaced by the methods of {@link Counted}.
 */
public final class StepCounter {
  private static long steps;

  private final Method method;

  /** Loads the classes and diagnoses all recorded messages, so that all classes are initialized. */
  public StepCounter() {
    this(MessageCorpus.class, "diagnose");
    MessageCorpus.texts().forEach(this::count);
  }

  private StepCounter(Class<?> type, String name) {
    try {
      method =
          new CountingClassLoader().loadClass(type.getName()).getDeclaredMethod(name, String.class);
      method.setAccessible(true);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Counts the steps of another static method that takes a text. */
  public static StepCounter of(Class<?> type, String method) {
    var counter = new StepCounter(type, method);
    counter.count("a text, so that all classes are initialized");
    return counter;
  }

  /** Passes a text to the method and returns the number of steps. */
  public long count(String text) {
    steps = 0;
    try {
      method.invoke(null, text);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
    return steps;
  }

  /**
   * Returns how many times as many steps a line takes per character if it is eight times as long:
   * about 1 if the cost is linear, and 8 if it is quadratic.
   */
  public double lineGrowth(String piece) {
    // Both are made of the same piece, because its end may cost more than its beginning.
    var shortLine = ParserScaling.repeatToSize(piece, 1_000);
    var longLine = ParserScaling.repeatToSize(piece, 8_000);
    return count(ParserScaling.repeatLine(longLine, 10))
        / (double) count(ParserScaling.repeatLine(shortLine, 80));
  }

  /** Loads the classes of pull-rescue with counted calls. */
  private static final class CountingClassLoader extends ClassLoader {
    private static final ClassDesc COUNTED = Counted.class.describeConstable().orElseThrow();

    /** The owner, name and descriptor of each call that is counted, with its replacement. */
    private static final Map<String, MethodTypeDesc> REPLACEMENTS =
        Arrays.stream(Counted.class.getMethods())
            .filter(method -> method.getDeclaringClass() == Counted.class)
            .filter(method -> method.getParameterCount() > 0)
            .collect(
                Collectors.toMap(
                    CountingClassLoader::originalOf, CountingClassLoader::descriptorOf));

    private static final Set<String> COUNTED_OWNERS =
        Set.of(
            "java/lang/String",
            "java/lang/StringBuilder",
            "java/util/regex/Matcher",
            "java/util/regex/Pattern");

    /** Only calls are counted in this library, whose every step is a call. */
    private static final String YAML_PACKAGE = "org.snakeyaml.";

    /** Takes constant time, or is used for constants only, or reads a counted text. */
    private static final Set<String> UNCOUNTED =
        Set.of(
            "<init>",
            "compile",
            "end",
            "find",
            "isEmpty",
            "join",
            "length",
            "lookingAt",
            "matches",
            "quote",
            "quoteReplacement",
            "region",
            "start",
            "valueOf");

    CountingClassLoader() {
      super(StepCounter.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      var isCounted = name.startsWith("io.pullrescue.") || name.startsWith(YAML_PACKAGE);
      if (!isCounted || name.startsWith(StepCounter.class.getName())) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        var loaded = findLoadedClass(name);
        return loaded != null ? loaded : findClass(name);
      }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      try (var file = getResourceAsStream(name.replace('.', '/') + ".class")) {
        if (file == null) {
          throw new ClassNotFoundException(name);
        }
        var original = file.readAllBytes();
        var isTestClass = name.equals(MessageCorpus.class.getName());
        var bytes =
            isTestClass
                ? original
                : transform(
                    original,
                    name.startsWith(YAML_PACKAGE) ? CallTransform::new : CountingTransform::new);
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private byte[] transform(byte[] original, Supplier<CodeTransform> transform) {
      var classFile =
          ClassFile.of(
              ClassFile.ClassHierarchyResolverOption.of(
                  ClassHierarchyResolver.ofResourceParsing(getParent())));
      return classFile.transformClass(
          classFile.parse(original),
          ClassTransform.transformingMethodBodies(CodeTransform.ofStateful(transform)));
    }

    private static String originalOf(Method method) {
      var descriptor = descriptorOf(method);
      return descriptor.parameterType(0).descriptorString()
          + method.getName()
          + descriptor.dropParameterTypes(0, 1).descriptorString();
    }

    private static MethodTypeDesc descriptorOf(Method method) {
      return MethodTypeDesc.ofDescriptor(
          java.lang.invoke.MethodType.methodType(method.getReturnType(), method.getParameterTypes())
              .descriptorString());
    }

    /** Counts the call of a method. */
    private static class CallTransform implements CodeTransform {
      @Override
      public void atStart(CodeBuilder code) {
        code.invokestatic(COUNTED, "call", MethodTypeDesc.of(CD_void));
      }

      @Override
      public void accept(CodeBuilder code, CodeElement element) {
        code.with(element);
      }
    }

    /** Counts the call of a method, and replaces the calls in its body. */
    private static final class CountingTransform extends CallTransform {
      @Override
      public void accept(CodeBuilder code, CodeElement element) {
        switch (element) {
          case InvokeInstruction invoke -> replace(code, invoke);
          case InvokeDynamicInstruction dynamic
              when dynamic.name().equalsString("makeConcatWithConstants") -> {
            code.with(dynamic);
            code.invokestatic(COUNTED, "concatenated", MethodTypeDesc.of(CD_String, CD_String));
          }
          default -> code.with(element);
        }
      }

      private static void replace(CodeBuilder code, InvokeInstruction invoke) {
        var owner = invoke.owner().asInternalName();
        var name = invoke.name().stringValue();
        var replacement = REPLACEMENTS.get("L" + owner + ";" + name + invoke.type().stringValue());
        if (replacement != null) {
          code.invokestatic(COUNTED, name, replacement);
        } else if (COUNTED_OWNERS.contains(owner) && !UNCOUNTED.contains(name)) {
          throw new IllegalStateException(
              "StepCounter.Counted has no method for " + owner + "." + name + invoke.type());
        } else {
          code.with(invoke);
        }
      }
    }
  }

  /**
   * Replaces methods of {@link String}, {@link StringBuilder} and regular expressions: each does
   * the same and counts the characters. Public for the classes that {@link CountingClassLoader}
   * loads.
   */
  @SuppressWarnings("unused")
  public static final class Counted {
    private Counted() {}

    public static void call() {
      steps++;
    }

    public static String concatenated(String result) {
      steps += result.length();
      return result;
    }

    public static char charAt(String text, int index) {
      steps++;
      return text.charAt(index);
    }

    public static IntStream chars(String text) {
      steps += text.length();
      return text.chars();
    }

    public static IntStream codePoints(String text) {
      steps += text.length();
      return text.codePoints();
    }

    public static boolean contains(String text, CharSequence part) {
      return indexOf(text, part.toString()) >= 0;
    }

    public static boolean endsWith(String text, String suffix) {
      steps += suffix.length();
      return text.endsWith(suffix);
    }

    public static boolean equals(String text, Object other) {
      steps += text.length();
      return text.equals(other);
    }

    public static String formatted(String text, Object[] arguments) {
      return concatenated(text.formatted(arguments));
    }

    public static int hashCode(String text) {
      steps += text.length();
      return text.hashCode();
    }

    public static int indexOf(String text, int c) {
      return indexOf(text, c, 0, text.length());
    }

    public static int indexOf(String text, int c, int start, int end) {
      return scannedTo(text.indexOf(c, start, end), start, end);
    }

    public static int indexOf(String text, String part) {
      return indexOf(text, part, 0, text.length());
    }

    public static int indexOf(String text, String part, int start) {
      return indexOf(text, part, Math.min(start, text.length()), text.length());
    }

    public static int indexOf(String text, String part, int start, int end) {
      return scannedTo(text.indexOf(part, start, end), start, end);
    }

    public static int lastIndexOf(String text, int c) {
      var index = text.lastIndexOf(c);
      steps += text.length() - index;
      return index;
    }

    public static int lastIndexOf(String text, int c, int start) {
      var index = text.lastIndexOf(c, start);
      steps += start - index;
      return index;
    }

    public static int lastIndexOf(String text, String part, int start) {
      var index = text.lastIndexOf(part, start);
      steps += start - index;
      return index;
    }

    public static boolean matches(String text, String pattern) {
      return matcher(Pattern.compile(pattern), text).matches();
    }

    public static int offsetByCodePoints(String text, int index, int count) {
      steps += count;
      return text.offsetByCodePoints(index, count);
    }

    public static String repeat(String text, int count) {
      return concatenated(text.repeat(count));
    }

    public static String replace(String text, CharSequence target, CharSequence replacement) {
      steps += text.length();
      return concatenated(text.replace(target, replacement));
    }

    public static String replaceAll(String text, String pattern, String replacement) {
      return concatenated(matcher(Pattern.compile(pattern), text).replaceAll(replacement));
    }

    public static String[] split(String text, String separator) {
      return split(text, separator, 0);
    }

    public static String[] split(String text, String separator, int limit) {
      steps += text.length();
      return text.split(separator, limit);
    }

    public static boolean startsWith(String text, String prefix) {
      return startsWith(text, prefix, 0);
    }

    public static boolean startsWith(String text, String prefix, int start) {
      steps += prefix.length();
      return text.startsWith(prefix, start);
    }

    public static String strip(String text) {
      steps += text.length();
      return text.strip();
    }

    public static String stripTrailing(String text) {
      steps += text.length();
      return text.stripTrailing();
    }

    public static String substring(String text, int start) {
      return concatenated(text.substring(start));
    }

    public static String substring(String text, int start, int end) {
      return concatenated(text.substring(start, end));
    }

    public static String toLowerCase(String text, Locale locale) {
      return concatenated(text.toLowerCase(locale));
    }

    public static StringBuilder append(StringBuilder target, char c) {
      steps++;
      return target.append(c);
    }

    public static StringBuilder append(StringBuilder target, String text) {
      steps += text.length();
      return target.append(text);
    }

    public static StringBuilder appendCodePoint(StringBuilder target, int codePoint) {
      steps++;
      return target.appendCodePoint(codePoint);
    }

    public static char charAt(StringBuilder text, int index) {
      steps++;
      return text.charAt(index);
    }

    public static String toString(StringBuilder text) {
      return concatenated(text.toString());
    }

    public static Matcher matcher(Pattern pattern, CharSequence text) {
      return pattern.matcher(new CountedText(text.toString()));
    }

    public static Matcher appendReplacement(
        Matcher matcher, StringBuilder target, String replacement) {
      var length = target.length();
      matcher.appendReplacement(target, replacement);
      steps += target.length() - length;
      return matcher;
    }

    public static StringBuilder appendTail(Matcher matcher, StringBuilder target) {
      var length = target.length();
      matcher.appendTail(target);
      steps += target.length() - length;
      return target;
    }

    public static String group(Matcher matcher) {
      return matcher.group();
    }

    public static String group(Matcher matcher, int group) {
      return matcher.group(group);
    }

    public static String group(Matcher matcher, String group) {
      return matcher.group(group);
    }

    public static String replaceAll(Matcher matcher, String replacement) {
      return concatenated(matcher.replaceAll(replacement));
    }

    public static String replaceAll(Matcher matcher, Function<MatchResult, String> replacer) {
      return concatenated(matcher.replaceAll(replacer));
    }

    private static int scannedTo(int index, int start, int end) {
      steps += index < 0 ? end - start : index - start + 1;
      return index;
    }
  }

  /** Counts the characters that a regular expression reads. */
  private record CountedText(String text) implements CharSequence {
    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      steps++;
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      steps += end - start;
      return text.substring(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
