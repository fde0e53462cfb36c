package pt.sunbeam.transport;

import java.nio.file.Path;
import java.util.List;

/**
 * The roots this process trusts: the JVM's, the system's bundle, and those of {@code --ca-file} or SSL_CERT_FILE.
 *
 * @param extraFiles PEM files with further roots
 */
public record Trust(List<Path> extraFiles) {
    public Trust {
        extraFiles = List.copyOf(extraFiles);
    }

    /** The JVM's and the system's roots only. */
    public static Trust platform() {
        return new Trust(List.of());
    }
}
