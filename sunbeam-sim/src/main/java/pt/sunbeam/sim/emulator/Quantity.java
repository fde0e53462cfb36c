package pt.sunbeam.sim.emulator;

import java.util.Locale;
import java.util.Map;

/** Numbers with units as people write them. Each method throws {@link BadOption} with a sentence for anything else. */
final class Quantity {
    private static final Map<String, Double> TIMES = Map.of("ns", 1.0, "us", 1e3, "ms", 1e6, "s", 1e9);
    private static final Map<String, Double> RATES = Map.of("bit", 0.125, "kbit", 125.0, "mbit", 125e3, "gbit", 125e6);
    private static final Map<String, Double> SIZES = Map.of("", 1.0, "b", 1.0, "kb", 1e3, "mb", 1e6);
    private static final Map<String, Double> SHARES = Map.of("", 1.0, "%", 0.01);

    private Quantity() {}

    /** Nanoseconds from "25ms". */
    static long nanos(String text) {
        return (long) parse(text, TIMES, "a time such as 25ms");
    }

    /** Bytes a second from "100mbit". */
    static long bytesPerSecond(String text) {
        return (long) parse(text, RATES, "a rate such as 100mbit");
    }

    /** Bytes from "125kB". */
    static long bytes(String text) {
        return (long) parse(text, SIZES, "a size such as 125kB");
    }

    /** A probability from "1%" or "0.01". */
    static double share(String text) {
        double value = parse(text, SHARES, "a share such as 1%");
        if (value > 1) {
            throw new BadOption("\"" + text + "\" is more than all");
        }
        return value;
    }

    static double number(String text) {
        return parse(text, Map.of("", 1.0), "a number");
    }

    static boolean isTime(String text) {
        return text.toLowerCase(Locale.ROOT).endsWith("s");
    }

    private static double parse(String text, Map<String, Double> units, String example) {
        String lower = text.toLowerCase(Locale.ROOT).strip();
        int end = 0;
        while (end < lower.length() && (Character.isDigit(lower.charAt(end)) || lower.charAt(end) == '.')) {
            end++;
        }
        Double unit = units.get(lower.substring(end).strip());
        try {
            if (unit != null) {
                return Double.parseDouble(lower.substring(0, end)) * unit;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new BadOption("\"" + text + "\" is not " + example);
    }
}
