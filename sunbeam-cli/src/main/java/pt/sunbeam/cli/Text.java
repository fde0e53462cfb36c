package pt.sunbeam.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Text as a terminal may show it. */
final class Text {
    private static final String GAP = "  ";
    private static final int SECONDS_A_MINUTE = 60;
    private static final int SECONDS_AN_HOUR = 60 * SECONDS_A_MINUTE;
    private static final int SECONDS_A_DAY = 24 * SECONDS_AN_HOUR;
    private static final double UNIT_STEP = 1024;
    private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB", "TiB");

    private Text() {}

    /** Without control characters: names and reasons come from servers and peers. */
    static String printable(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            out.append(c < ' ' || (c >= 127 && c < 160) ? '?' : c);
        }
        return out.toString();
    }

    /** How long ago: {@code 12s}, {@code 3m}, {@code 2h} or {@code 4d}, rounded down. */
    static String age(long seconds) {
        if (seconds < SECONDS_A_MINUTE) {
            return seconds + "s";
        }
        if (seconds < SECONDS_AN_HOUR) {
            return seconds / SECONDS_A_MINUTE + "m";
        }
        return seconds < SECONDS_A_DAY ? seconds / SECONDS_AN_HOUR + "h" : seconds / SECONDS_A_DAY + "d";
    }

    /** A size: {@code 340 B}, {@code 1.2 KiB}, with one decimal in units of 1024. */
    static String bytes(long count) {
        double size = count;
        int unit = 0;
        while (size >= UNIT_STEP && unit < UNITS.size() - 1) {
            size /= UNIT_STEP;
            unit++;
        }
        return unit == 0 ? count + " B" : String.format(Locale.ROOT, "%.1f %s", size, UNITS.get(unit));
    }

    /** Rows as lines whose columns are padded with two spaces between them; no space at a line's end. */
    static List<String> columns(List<List<String>> rows) {
        List<Integer> widths = new ArrayList<>();
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                int width = row.get(i).length();
                if (i == widths.size()) {
                    widths.add(width);
                } else if (widths.get(i) < width) {
                    widths.set(i, width);
                }
            }
        }
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.size(); i++) {
                line.append(row.get(i));
                if (i < row.size() - 1) {
                    line.append(" ".repeat(widths.get(i) - row.get(i).length())).append(GAP);
                }
            }
            lines.add(line.toString());
        }
        return lines;
    }
}
