package pt.sunbeam.netstack;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which seeds to run, from system properties.
 *
 * @param count {@code sunbeam.seeds}: so many seeds, from 1 on
 * @param only {@code sunbeam.seed}: this one alone
 */
record SeedProperties(long count, @Nullable Long only) {
    private static final long DEFAULT_COUNT = 1000;

    /** Throws {@link IllegalArgumentException} for a value that is no number: a typing error must not run other seeds. */
    static SeedProperties read(Function<String, @Nullable String> property) {
        Long count = number(property, "sunbeam.seeds", 1);
        return new SeedProperties(
                count == null ? DEFAULT_COUNT : count, number(property, "sunbeam.seed", Long.MIN_VALUE));
    }

    private static @Nullable Long number(Function<String, @Nullable String> property, String name, long least) {
        String text = property.apply(name);
        if (text == null) {
            return null;
        }
        try {
            long value = Long.parseLong(text);
            if (value >= least) {
                return value;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new IllegalArgumentException("-D" + name + "=" + text + " is not a whole number"
                + (least == Long.MIN_VALUE ? "" : " from " + least + " on"));
    }
}
