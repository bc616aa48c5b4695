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
 * Installs Amazon Corretto Crypto Provider for TLS and SHA-256 in place of the JDK's providers.
 *
 * <p>Lambda limits Java to the C1 compiler, which does not use the processor's instructions for
 * SHA-256 and AES: the JDK's providers are 10 to 90 times slower there. The provider comes as one
 * jar per processor architecture with the same class names inside, so both jars are included and
 * the matching one is loaded.
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
   * Installs the provider with the highest priority; call this before the first connection.
   *
   * @return a description of the provider in use, and the reason if it is the JDK's own
   */
  public static String install() {
    try {
      var provider = provider(classLoader(System.getProperty("os.arch", "unknown")));
      Security.insertProviderAt(provider, 1);
      return provider.getName() + " " + provider.getVersionStr();
    } catch (IOException | ReflectiveOperationException | LinkageError unusable) {
      return "JDK providers, because the Corretto provider failed to load: " + unusable;
    }
  }

  /** The class loader is never closed, because classes are loaded when they are first used. */
  static ClassLoader classLoader(String architecture) throws IOException {
    var file = Files.createTempFile("cryptography", ".jar");
    file.toFile().deleteOnExit();
    try (var jar =
        CorrettoCryptoInstaller.class.getResourceAsStream(
            RESOURCE_FOLDER + architecture + ".jar")) {
      if (jar == null) {
        throw new FileNotFoundException(
            "no Corretto provider is included for the processor architecture " + architecture);
      }
      Files.copy(jar, file, StandardCopyOption.REPLACE_EXISTING);
    }
    return new URLClassLoader(
        new URL[] {file.toUri().toURL()}, ClassLoader.getPlatformClassLoader());
  }

  /** The class loads even if its native library does not; only assertHealthy reports that. */
  private static Provider provider(ClassLoader classLoader) throws ReflectiveOperationException {
    var type = Class.forName(PROVIDER, true, classLoader);
    var provider = (Provider) type.getField("INSTANCE").get(null);
    type.getMethod("assertHealthy").invoke(provider);
    return provider;
  }
}
