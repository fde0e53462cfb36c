package pt.sunbeam.bench.kernel;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What can be measured, and the options that it listens to. */
enum Measurement {
    GOODPUT,
    DOWNLOAD,
    FAIRNESS,
    BUFFERBLOAT;

    /** Throws {@link IllegalArgumentException} with a sentence when there is none of that name. */
    static Measurement named(String name) {
        return Arrays.stream(values())
                .filter(m -> m.option().equals(name))
                .findAny()
                .orElseThrow(() -> new IllegalArgumentException(name + " is not a measurement; --help lists them"));
    }

    String option() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean uses(String optionName) {
        return switch (optionName) {
            case "--seconds", "--runs", "--seed" -> true;
            case "--cells" -> this == GOODPUT || this == DOWNLOAD;
            case "--senders" -> this != DOWNLOAD;
            case "--parallel" -> this == GOODPUT;
            default -> false;
        };
    }

    /** Throws {@link IllegalArgumentException} with a sentence when {@code senders} leave nothing to measure. */
    void check(List<Sender> senders) {
        boolean some = switch (this) {
            case GOODPUT -> !senders.isEmpty();
            case DOWNLOAD -> true;
            case FAIRNESS -> Fairness.hasPairOf(senders);
            case BUFFERBLOAT -> senders.stream().anyMatch(Sender::isOurs);
        };
        if (!some) {
            throw new IllegalArgumentException(
                    switch (this) {
                        case GOODPUT, DOWNLOAD -> "--senders names none; --help lists them";
                        case FAIRNESS -> "--senders leaves no pair that fairness compares; --help lists them";
                        case BUFFERBLOAT ->
                            "--senders: bufferbloat measures our-cubic and our-bbr, and none of them is named";
                    });
        }
    }
}
