package pt.sunbeam.transport;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;

/**
 * The roots this process trusts: the JVM's, the system's bundle, and the files the user named ({@code --ca-file},
 * SSL_CERT_FILE). There is no switch that turns verification off.
 */
public final class Trust {
    /** Where Debian and Ubuntu, Fedora and RHEL, Alpine, and macOS keep their bundle. */
    private static final List<Path> SYSTEM_BUNDLES = List.of(
            Path.of("/etc/ssl/certs/ca-certificates.crt"),
            Path.of("/etc/pki/tls/certs/ca-bundle.crt"),
            Path.of("/etc/ssl/cert.pem"));

    private static final long MAX_FILE_BYTES = 4L << 20;

    private final X509ExtendedTrustManager manager;

    private Trust(X509ExtendedTrustManager manager) {
        this.manager = manager;
    }

    /** The JVM's and the system's roots only. */
    public static Trust platform() {
        return withFiles(List.of());
    }

    /**
     * The roots in {@code files}, then the platform's. The files are read now, so that a wrong one is told at once.
     *
     * @throws SunbeamException CONFIG when a file cannot be read or holds no certificate
     */
    public static Trust withFiles(List<Path> files) {
        List<X509Certificate> named = new ArrayList<>();
        for (Path file : files) {
            named.addAll(readNamedFile(file));
        }
        List<Supplier<X509ExtendedTrustManager>> sets = new ArrayList<>();
        if (!named.isEmpty()) {
            sets.add(() -> trusting(named));
        }
        sets.add(() -> manager(null));
        sets.add(() -> trusting(systemRoots()));
        return new Trust(new ChainedTrust(sets));
    }

    public X509ExtendedTrustManager manager() {
        return manager;
    }

    private static List<X509Certificate> readNamedFile(Path file) {
        String reason;
        try {
            List<X509Certificate> found = read(file);
            if (!found.isEmpty()) {
                return found;
            }
            reason = "it holds no certificate";
        } catch (java.nio.file.NoSuchFileException e) {
            reason = "there is no such file";
        } catch (java.nio.file.AccessDeniedException e) {
            reason = "it may not be read by this user";
        } catch (IOException | GeneralSecurityException e) {
            reason = "it is not a PEM file of certificates";
        }
        throw new SunbeamException(
                FailureCode.CONFIG,
                "the CA file " + file + " cannot be used: " + reason,
                "name a PEM file with --ca-file or SSL_CERT_FILE");
    }

    private static List<X509Certificate> read(Path file) throws IOException, GeneralSecurityException {
        if (Files.size(file) > MAX_FILE_BYTES) {
            throw new IOException("larger than " + MAX_FILE_BYTES + " bytes");
        }
        List<X509Certificate> found = new ArrayList<>();
        try (InputStream in = Files.newInputStream(file)) {
            Collection<? extends Certificate> all =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            for (Certificate certificate : all) {
                if (certificate instanceof X509Certificate x509) {
                    found.add(x509);
                }
            }
        }
        return found;
    }

    private static List<X509Certificate> systemRoots() {
        for (Path bundle : SYSTEM_BUNDLES) {
            if (Files.isReadable(bundle)) {
                try {
                    return read(bundle);
                } catch (IOException | GeneralSecurityException e) {
                    // A broken bundle leaves the JVM's roots and the user's.
                    return List.of();
                }
            }
        }
        return List.of();
    }

    /** A manager for {@code roots}; without any, the JVM's own, because an empty set is an error to the JDK. */
    private static X509ExtendedTrustManager trusting(List<X509Certificate> roots) {
        if (roots.isEmpty()) {
            return manager(null);
        }
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int n = 0;
            for (X509Certificate root : roots) {
                store.setCertificateEntry("root-" + n++, root);
            }
            return manager(store);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("the trust store cannot be built", e);
        }
    }

    /** A manager for the roots of {@code store}; null stands for the JVM's own. */
    private static X509ExtendedTrustManager manager(@Nullable KeyStore store) {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509ExtendedTrustManager x509) {
                    return x509;
                }
            }
            throw new IllegalStateException("this Java has no X.509 trust manager");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the trust store cannot be built", e);
        }
    }
}
