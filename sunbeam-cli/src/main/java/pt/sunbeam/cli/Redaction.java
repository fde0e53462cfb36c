package pt.sunbeam.cli;

import java.util.regex.Pattern;

/**
 * The last guard before text reaches a log or a screen: nothing that should hold a secret is printed in the first place,
 * and what looks like one is blotted out here. Keys that are public by nature are shortened, not hidden.
 */
final class Redaction {
    private static final String GONE = "[redacted]";
    private static final Pattern AUTH_KEY = Pattern.compile("\\b((?:ts|hs)key)-[A-Za-z0-9_-]+");
    private static final Pattern HEADER =
            Pattern.compile("(?i)\\b((?:proxy-)?authorization)(\"?\\s*[:=]\\s*)[^\\r\\n]+");
    private static final Pattern PRIVATE = Pattern.compile("(?i)\\b([a-z]*priv[a-z]*:)[0-9a-f]{16,}");
    private static final Pattern PUBLIC =
            Pattern.compile("(?i)\\b((?:node|m|disco)(?:key)?:[0-9a-f]{8})[0-9a-f]{56}\\b");
    private static final Pattern LONG_HEX = Pattern.compile("\\b[0-9a-fA-F]{64,}\\b");
    private static final Pattern LOGIN_URL =
            Pattern.compile("(?i)\\b(https?://[^/\\s\"'<>]+)/(?:a|register|login|auth|oidc)/[^\\s\"'<>]*");

    private Redaction() {}

    static String redact(String text) {
        String out = AUTH_KEY.matcher(text).replaceAll("$1-" + GONE);
        out = HEADER.matcher(out).replaceAll("$1$2" + GONE);
        out = PRIVATE.matcher(out).replaceAll("$1" + GONE);
        out = PUBLIC.matcher(out).replaceAll("$1…");
        out = LONG_HEX.matcher(out).replaceAll(GONE);
        return LOGIN_URL.matcher(out).replaceAll("$1/" + GONE);
    }
}
