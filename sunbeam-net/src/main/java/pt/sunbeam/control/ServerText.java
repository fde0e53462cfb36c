package pt.sunbeam.control;

import java.nio.charset.StandardCharsets;

/** Text that a server wrote, made fit for one line of ours. */
final class ServerText {
    /** As much as Tailscale's client shows. */
    static final int MAX_CHARS = 200;

    private ServerText() {}

    static String clean(byte[] utf8) {
        return clean(new String(utf8, StandardCharsets.UTF_8));
    }

    /** One line of at most {@value #MAX_CHARS} characters, without control characters or a final full stop. */
    static String clean(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length() && out.length() < MAX_CHARS; i++) {
            char c = text.charAt(i);
            out.append(Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? ' ' : c);
        }
        String line = out.toString().strip().replaceAll(" {2,}", " ");
        return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
    }
}
