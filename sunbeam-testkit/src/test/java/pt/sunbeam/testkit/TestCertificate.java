package pt.sunbeam.testkit;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A certificate and its key, made by the JDK's keytool for one test. */
final class TestCertificate {
    private static final String PASSWORD = "only-a-test";
    private static final long KEYTOOL_SECONDS = 30;

    private final Path folder;
    private final PrivateKey key;
    private final List<X509Certificate> chain;

    private TestCertificate(Path folder, PrivateKey key, List<X509Certificate> chain) {
        this.folder = folder;
        this.key = key;
        this.chain = chain;
    }

    /**
     * A certificate that signs itself.
     *
     * @param names as keytool writes them: {@code dns:NAME} and {@code ip:ADDRESS}
     */
    static TestCertificate selfSigned(Path folder, String... names) throws Exception {
        Path store = folder.resolve("self.p12");
        generate(store, "leaf", "-validity", "30", "-ext", "san=" + String.join(",", names));
        return load(folder, store, "leaf");
    }

    /** A certificate that ran out yesterday, signed by an authority that is still good: the last of the chain. */
    static TestCertificate expired(Path folder, String... names) throws Exception {
        Path store = folder.resolve("expired.p12");
        Path request = folder.resolve("request.pem");
        Path signed = folder.resolve("signed.pem");
        generate(store, "ca", "-validity", "30", "-ext", "bc:c");
        generate(store, "leaf", "-validity", "30");
        keytool("-certreq", "-keystore", store.toString(), "-alias", "leaf", "-file", request.toString());
        keytool(
                "-gencert",
                "-keystore",
                store.toString(),
                "-alias",
                "ca",
                "-infile",
                request.toString(),
                "-outfile",
                signed.toString(),
                "-startdate",
                "-3d",
                "-validity",
                "2",
                "-ext",
                "san=" + String.join(",", names));
        keytool("-importcert", "-keystore", store.toString(), "-alias", "leaf", "-file", signed.toString());
        return load(folder, store, "leaf");
    }

    /** What a server presents. */
    SslContext server() throws IOException {
        return SslContextBuilder.forServer(key, chain).build();
    }

    /** A PEM file of what has to be trusted: the end of the chain. */
    Path trustFile() throws Exception {
        return Files.writeString(
                folder.resolve("trust.pem"), pem("CERTIFICATE", chain.getLast().getEncoded()));
    }

    String certificatePem() throws GeneralSecurityException {
        return pem("CERTIFICATE", chain.getFirst().getEncoded());
    }

    /** PKCS #8. */
    String keyPem() {
        return pem("PRIVATE KEY", key.getEncoded());
    }

    private static String pem(String type, byte[] der) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
    }

    private static void generate(Path store, String alias, String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(
                "-genkeypair",
                "-keystore",
                store.toString(),
                "-alias",
                alias,
                "-dname",
                "CN=sunbeam test " + alias,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1"));
        arguments.addAll(List.of(more));
        keytool(arguments.toArray(String[]::new));
    }

    private static void keytool(String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD, "-noprompt"));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(KEYTOOL_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IllegalStateException("keytool " + arguments[0] + ": " + said);
        }
    }

    private static TestCertificate load(Path folder, Path store, String alias) throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        PrivateKey key = (PrivateKey) keys.getKey(alias, PASSWORD.toCharArray());
        List<X509Certificate> chain = Arrays.stream(keys.getCertificateChain(alias))
                .map(X509Certificate.class::cast)
                .toList();
        return new TestCertificate(folder, key, chain);
    }
}
