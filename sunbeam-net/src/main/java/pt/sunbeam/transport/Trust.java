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
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
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

    private final X509TrustManager manager;

    private Trust(X509TrustManager manager) {
        this.manager = manager;
    }

    /** The JVM's and the system's roots only. */
    public static Trust platform() {
        return withFiles(List.of());
    }

    /**
     * The platform's roots and those in {@code files}.
     *
     * @throws SunbeamException CONFIG when a file cannot be read or holds no certificate
     */
    public static Trust withFiles(List<Path> files) {
        List<X509Certificate> roots = new ArrayList<>(platformRoots());
        for (Path file : files) {
            roots.addAll(readNamedFile(file));
        }
        try {
            return new Trust(managerFor(roots));
        } catch (GeneralSecurityException | IOException e) {
            throw new SunbeamException(
                    FailureCode.GENERAL, "the trust store cannot be built: " + e.getMessage(), "", e);
        }
    }

    public X509TrustManager manager() {
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

    private static List<X509Certificate> platformRoots() {
        List<X509Certificate> roots = new ArrayList<>();
        try {
            roots.addAll(List.of(defaultManager(null).getAcceptedIssuers()));
        } catch (GeneralSecurityException e) {
            // A JVM without roots of its own still has the system's and the user's.
            roots.clear();
        }
        for (Path bundle : SYSTEM_BUNDLES) {
            if (Files.isReadable(bundle)) {
                try {
                    roots.addAll(read(bundle));
                } catch (IOException | GeneralSecurityException e) {
                    continue;
                }
                break;
            }
        }
        return roots;
    }

    private static X509TrustManager managerFor(List<X509Certificate> roots)
            throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        int n = 0;
        for (X509Certificate root : roots) {
            store.setCertificateEntry("root-" + n++, root);
        }
        return defaultManager(store);
    }

    private static X509TrustManager defaultManager(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager x509) {
                return x509;
            }
        }
        throw new GeneralSecurityException("no X.509 trust manager");
    }
}
