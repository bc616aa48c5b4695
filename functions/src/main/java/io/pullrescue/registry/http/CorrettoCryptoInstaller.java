package io.pullrescue.registry.http;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.security.Provider;
import java.security.Security;

/**
 * TLS and SHA-256 by Amazon Corretto Crypto Provider in place of the JDK's own.
 *
 * <p>Lambda's Java stops at the first compiler, which never gets to the processor's instructions
 * for SHA-256 and AES: there the JDK's own are 10 to 90 times slower. The provider comes as one jar
 * for each processor, with the same names inside; both are carried, and the right one is opened.
 *
 * @see <a href="https://github.com/corretto/amazon-corretto-crypto-provider">Amazon Corretto Crypto
 *     Provider</a>
 */
public final class CorrettoCryptoInstaller {
  private static final String PROVIDER =
      "com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider";

  private static final String RESOURCE_FOLDER = "/accp/";

  private CorrettoCryptoInstaller() {}

  /**
   * Puts the provider first, for the whole process; to be called before the first connection.
   *
   * @return what is used from now on, and why where it is the JDK's own: for the log
   */
  public static String install() {
    try {
      var provider = provider(classLoader(System.getProperty("os.arch", "unknown")));
      Security.insertProviderAt(provider, 1);
      return provider.getName() + " " + provider.getVersionStr();
    } catch (IOException | ReflectiveOperationException | LinkageError unusable) {
      return "the JDK's own cryptography: " + unusable;
    }
  }

  /** Stays open for as long as the process lives: classes are loaded when they are first used. */
  static ClassLoader classLoader(String architecture) throws IOException {
    var file = Files.createTempFile("cryptography", ".jar");
    file.toFile().deleteOnExit();
    try (var jar =
        CorrettoCryptoInstaller.class.getResourceAsStream(
            RESOURCE_FOLDER + architecture + ".jar")) {
      if (jar == null) {
        throw new FileNotFoundException("nothing is carried for the processor " + architecture);
      }
      Files.copy(jar, file, StandardCopyOption.REPLACE_EXISTING);
    }
    return new URLClassLoader(
        new URL[] {file.toUri().toURL()}, ClassLoader.getPlatformClassLoader());
  }

  /** It loads even where its library does not, and then says so only when it is asked. */
  private static Provider provider(ClassLoader classLoader) throws ReflectiveOperationException {
    var type = Class.forName(PROVIDER, true, classLoader);
    var provider = (Provider) type.getField("INSTANCE").get(null);
    type.getMethod("assertHealthy").invoke(provider);
    return provider;
  }
}
