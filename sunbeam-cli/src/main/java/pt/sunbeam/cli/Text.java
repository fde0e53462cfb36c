package pt.sunbeam.cli;

import java.util.ArrayList;
import java.util.List;

/** Text as a terminal may show it. */
final class Text {
    private static final String GAP = "  ";

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
