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

    private static final Pattern USER_INFO = Pattern.compile("(?i)\\b([a-z][a-z0-9+.-]*://)[^\\s\"'<>]*@");

    private Redaction() {}

    static String redact(String text) {
        String out = AUTH_KEY.matcher(text).replaceAll("$1-" + GONE);
        out = HEADER.matcher(out).replaceAll("$1$2" + GONE);
        out = PRIVATE.matcher(out).replaceAll("$1" + GONE);
        out = PUBLIC.matcher(out).replaceAll("$1…");
        out = LONG_HEX.matcher(out).replaceAll(GONE);
        out = USER_INFO.matcher(out).replaceAll("$1" + GONE + "@");
        return LOGIN_URL.matcher(out).replaceAll("$1/" + GONE);
    }

    /** For a whole text that should be a URL and may be none: without what is before an {@code @} and after the path. */
    static String url(String text) {
        String shown = text.replaceFirst("(?s)^([A-Za-z][A-Za-z0-9+.-]*://)?.*@", "$1" + GONE + "@");
        return redact(shown.replaceFirst("(?s)([?#]).+", "$1" + GONE));
    }
}
