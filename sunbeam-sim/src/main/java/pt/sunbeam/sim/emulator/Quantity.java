package pt.sunbeam.sim.emulator;

import java.util.Locale;
import java.util.Map;

/** Numbers with units as people write them. Each method throws {@link BadOption} with a sentence for anything else. */
final class Quantity {
    private static final Map<String, Double> TIMES = Map.of("ns", 1.0, "us", 1e3, "ms", 1e6, "s", 1e9);
    private static final Map<String, Double> RATES = Map.of("bit", 0.125, "kbit", 125.0, "mbit", 125e3, "gbit", 125e6);
    private static final Map<String, Double> SIZES = Map.of("", 1.0, "b", 1.0, "kb", 1e3, "mb", 1e6);
    private static final Map<String, Double> SHARES = Map.of("%", 0.01);
    private static final long MAX_NANOS = 3_600_000_000_000L;

    private Quantity() {}

    /** Nanoseconds from "25ms"; at most an hour. */
    static long nanos(String text) {
        double value = parse(text, TIMES, "a time such as 25ms");
        if (value > MAX_NANOS) {
            throw new BadOption("\"" + text + "\" is more than an hour");
        }
        return (long) value;
    }

    /** Bytes a second from "100mbit", above 0. */
    static long bytesPerSecond(String text) {
        return positive(text, parse(text, RATES, "a rate such as 100mbit"), "8bit");
    }

    /** Bytes from "125kB", above 0. */
    static long bytes(String text) {
        return positive(text, parse(text, SIZES, "a size such as 125kB"), "1B");
    }

    private static long positive(String text, double value, String least) {
        if (value < 1) {
            throw new BadOption("\"" + text + "\" is less than " + least);
        }
        return (long) value;
    }

    /** A probability from "1%", from 0 to 1. */
    static double share(String text) {
        double value = parse(text, SHARES, "a share such as 1%");
        if (value > 1) {
            throw new BadOption("\"" + text + "\" is more than all");
        }
        return value;
    }

    /** A probability from "1%", from 0 to below 1. */
    static double shareBelowAll(String text) {
        double value = parse(text, SHARES, "a share such as 1%");
        if (value >= 1) {
            throw new BadOption("\"" + text + "\" is not from 0% to below 100%");
        }
        return value;
    }

    /** A number of at least {@code least}, with or without a fraction. */
    static double number(String text, double least) {
        double value = parse(text, Map.of("", 1.0), "a number");
        if (value < least) {
            throw new BadOption("\"" + text + "\" is less than " + (long) least);
        }
        return value;
    }

    /** A whole number from {@code least} to {@code greatest}. */
    static long whole(String text, long least, long greatest) {
        try {
            long value = Long.parseLong(text);
            if (value >= least && value <= greatest) {
                return value;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        String range = greatest == Long.MAX_VALUE ? "from " + least + " on" : "from " + least + " to " + greatest;
        throw new BadOption("\"" + text + "\" is not a whole number " + range);
    }

    /** True for "on", false for "off". */
    static boolean onOrOff(String text) {
        return switch (text) {
            case "on" -> true;
            case "off" -> false;
            default -> throw new BadOption("\"" + text + "\" is neither on nor off");
        };
    }

    static boolean isTime(String text) {
        return text.toLowerCase(Locale.ROOT).endsWith("s");
    }

    private static double parse(String text, Map<String, Double> units, String example) {
        String lower = text.toLowerCase(Locale.ROOT).strip();
        int end = 0;
        while (end < lower.length() && (isDigit(lower.charAt(end)) || lower.charAt(end) == '.')) {
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

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
