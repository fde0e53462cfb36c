package pt.sunbeam.cli;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import pt.sunbeam.config.ConfigKey;
import pt.sunbeam.config.ForwardSpec;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;

/** What each setting's text must look like, on the command line and in the file. A wrong one is USAGE. */
final class SettingText {
    private static final Pattern HOSTNAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?");
    static final String ON = "on";
    static final String OFF = "off";
    private static final int MAX_URL_CHARS = 2048;

    private SettingText() {}

    /** {@code value} as it is to be kept under {@code key}. */
    static String accept(ConfigKey key, String value, Console console) {
        return switch (key) {
            case URL -> server(value);
            case AUTH_KEY -> AuthKey.toKeep(value, console);
            case CLUSTER_HOST -> {
                ForwardSpec.toCluster(value);
                yield value;
            }
            case HOSTNAME -> hostname(value);
            case CA_FILE -> caFile(value).toString();
            case FORWARDS -> {
                forwards(value);
                yield value;
            }
            case PORT_MAPPING -> onOff(key, value);
        };
    }

    /** {@link #ON} or {@link #OFF}. */
    static String onOff(ConfigKey key, String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (!lower.equals(ON) && !lower.equals(OFF)) {
            throw new SunbeamException(
                    FailureCode.USAGE,
                    key.key() + " cannot be \"" + text + "\"",
                    "sunbeam config set " + key.key() + " off, or on");
        }
        return lower;
    }

    /** The coordination server's URL, without a slash at its end. */
    static String server(String text) {
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException e) {
            throw badServer(text, "it is not a URL");
        }
        String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("https") && !scheme.equals("http")) {
            throw badServer(text, "it must begin with https:// or http://");
        }
        if (url.getHost() == null || text.length() > MAX_URL_CHARS || url.getPort() == 0 || url.getPort() > 65535) {
            throw badServer(text, "its host or port is missing or wrong");
        }
        if (url.getUserInfo() != null || url.getQuery() != null || url.getFragment() != null) {
            throw badServer(text, "it must hold no user, query or fragment");
        }
        String path = url.getPath();
        if (path != null && !path.replaceAll("/", "").isEmpty()) {
            throw badServer(text, "it must hold no path");
        }
        return text.replaceAll("/+$", "");
    }

    private static SunbeamException badServer(String text, String reason) {
        return new SunbeamException(
                FailureCode.USAGE,
                "the server \"" + Redaction.url(text) + "\" cannot be used: " + reason,
                "write it as https://HOST or https://HOST:PORT");
    }

    static String hostname(String text) {
        if (!HOSTNAME.matcher(text).matches()) {
            throw new SunbeamException(
                    FailureCode.USAGE,
                    "\"" + text + "\" cannot be a node's name",
                    "use 1 to 63 letters, digits and dashes, not beginning or ending with a dash");
        }
        return text;
    }

    /** The file's absolute path: the daemon does not share the command's working folder. */
    static Path caFile(String text) {
        try {
            Path path = Path.of(text).toAbsolutePath().normalize();
            if (Files.isRegularFile(path) && Files.isReadable(path)) {
                return path;
            }
            throw new SunbeamException(
                    FailureCode.CONFIG,
                    "the certificate file " + path
                            + (Files.exists(path) ? " is no file that can be read" : " does not exist"),
                    "name a PEM file with the authority's certificate");
        } catch (InvalidPathException e) {
            throw new SunbeamException(FailureCode.USAGE, "\"" + text + "\" is not a path", "", e);
        }
    }

    /** The forwards that a comma-separated list spells. */
    static List<ForwardSpec> forwards(String list) {
        return forwards(Arrays.stream(list.split(","))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList());
    }

    /** The forwards that {@code texts} spell, no two of which may listen at one place. */
    static List<ForwardSpec> forwards(List<String> texts) {
        List<ForwardSpec> forwards = texts.stream().map(ForwardSpec::parse).toList();
        Set<String> taken = new HashSet<>();
        for (ForwardSpec forward : forwards) {
            if (forward.port() != 0 && !taken.add(forward.listenText())) {
                throw new SunbeamException(
                        FailureCode.USAGE,
                        "two forwards listen on " + forward.listenText(),
                        "give each a local port of its own");
            }
        }
        return forwards;
    }
}
