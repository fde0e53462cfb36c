package pt.sunbeam.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.config.ConfigFile;
import pt.sunbeam.config.ConfigKey;
import pt.sunbeam.config.ForwardSpec;
import pt.sunbeam.daemon.DaemonSettings;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;

/** Settles each of {@code connect}'s settings: the option, else the environment, else the context's file. */
final class ConnectSettings {
    static final String SERVER_VARIABLE = "SUNBEAM_LOGIN_SERVER";
    static final List<String> KEY_VARIABLES = List.of("SUNBEAM_AUTHKEY", "TS_AUTHKEY");
    static final String CA_VARIABLE = "SSL_CERT_FILE";

    private static final String DEFAULT_HOSTNAME = "sunbeam";
    private static final int MAX_HOSTNAME_CHARS = 63;

    private final ConnectCommand options;
    private final ConfigFile file;
    private final String context;
    private final Map<String, String> environment;

    ConnectSettings(ConnectCommand options, ConfigFile file, String context, Map<String, String> environment) {
        this.options = options;
        this.file = file;
        this.context = context;
        this.environment = environment;
    }

    Request request(Console console) {
        String server = server();
        List<ForwardSpec> forwards = forwards();
        String hostname = first(options.hostname, null, ConfigKey.HOSTNAME);
        GivenKey key = authKey(console);
        DaemonSettings settings = new DaemonSettings(
                context,
                Version.text(),
                server,
                key.text(),
                hostname == null ? machineName() : SettingText.hostname(hostname),
                caFiles(),
                forwards,
                portMapping());
        return new Request(settings, hostname != null, key.source());
    }

    private @Nullable String first(@Nullable String option, @Nullable String variable, ConfigKey key) {
        if (option != null) {
            return option;
        }
        String value = variable == null ? null : environment.get(variable);
        return value == null || value.isEmpty() ? file.value(context, key) : value;
    }

    private String server() {
        String server = first(options.loginServer, SERVER_VARIABLE, ConfigKey.URL);
        if (server == null) {
            throw new SunbeamException(
                    FailureCode.CONFIG,
                    "the context \"" + context + "\" names no coordination server",
                    "sunbeam config set vpn-url https://HOST, or sunbeam connect --login-server https://HOST");
        }
        return SettingText.server(server);
    }

    /** A pre-auth key and where it was given; both empty without one. The text is secret. */
    private record GivenKey(String text, String source) {
        @Override
        public String toString() {
            return source;
        }
    }

    private GivenKey authKey(Console console) {
        if (options.authKey != null) {
            if (AuthKey.isLiteral(options.authKey)) {
                AuthKey.warnOfArguments(console);
            }
            return new GivenKey(AuthKey.resolve(options.authKey, console), "--auth-key");
        }
        for (String variable : KEY_VARIABLES) {
            String value = environment.get(variable);
            if (value != null && !value.isBlank()) {
                return new GivenKey(AuthKey.resolve(value, console), variable);
            }
        }
        String kept = file.value(context, ConfigKey.AUTH_KEY);
        return kept == null
                ? new GivenKey("", "")
                : new GivenKey(AuthKey.resolve(kept, console), ConfigKey.AUTH_KEY.key());
    }

    private List<String> caFiles() {
        String pem = first(options.caFile, null, ConfigKey.CA_FILE);
        String variable = environment.get(CA_VARIABLE);
        pem = pem == null && variable != null && !variable.isEmpty() ? variable : pem;
        return pem == null ? List.of() : List.of(SettingText.caFile(pem).toString());
    }

    private boolean portMapping() {
        String kept = file.value(context, ConfigKey.PORT_MAPPING);
        return kept == null || SettingText.onOff(ConfigKey.PORT_MAPPING, kept).equals(SettingText.ON);
    }

    private List<ForwardSpec> forwards() {
        if (!options.forwards.isEmpty()) {
            return SettingText.forwards(options.forwards);
        }
        String kept = file.value(context, ConfigKey.FORWARDS);
        if (kept != null) {
            return SettingText.forwards(kept);
        }
        String cluster = file.value(context, ConfigKey.CLUSTER_HOST);
        return cluster == null ? List.of() : List.of(ForwardSpec.toCluster(cluster));
    }

    /** This machine's name, as far as a tailnet can hold it. */
    static String machineName() {
        return asHostname(systemName());
    }

    static String asHostname(String name) {
        int dot = name.indexOf('.');
        String plain = (dot > 0 ? name.substring(0, dot) : name)
                .replaceAll("[^A-Za-z0-9-]", "-")
                .replaceAll("^-+", "");
        plain = plain.substring(0, Math.min(plain.length(), MAX_HOSTNAME_CHARS)).replaceAll("-+$", "");
        return plain.isEmpty() ? DEFAULT_HOSTNAME : plain;
    }

    private static String systemName() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException noSuchFile) {
            try {
                return InetAddress.getLocalHost().getHostName();
            } catch (IOException e) {
                return DEFAULT_HOSTNAME;
            }
        }
    }
}
