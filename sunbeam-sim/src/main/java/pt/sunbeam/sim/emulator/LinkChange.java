package pt.sunbeam.sim.emulator;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The link changes in mid-run.
 *
 * @param atNanos when, from the start of the run
 * @param link what it is like from then on
 */
record LinkChange(long atNanos, LinkState link) {
    private record Step(long atNanos, List<Setting> settings) {}

    /**
     * Reads the values of the option {@code --at}, each for example "5s:loss=2%,rate=10mbit,5mbit"; throws {@link BadOption}.
     *
     * @param start what the link is like at first; each change keeps what it does not name
     * @return in the order of their times, those of one instant in the order in which they were written
     */
    static List<LinkChange> parse(List<String> texts, LinkState start) {
        List<Step> steps = new ArrayList<>();
        for (String text : texts) {
            steps.add(step(text));
        }
        steps.sort(Comparator.comparingLong(Step::atNanos));
        List<LinkChange> changes = new ArrayList<>();
        LinkState link = start;
        for (Step step : steps) {
            link = link.with(step.settings());
            changes.add(new LinkChange(step.atNanos(), link));
        }
        return List.copyOf(changes);
    }

    private static Step step(String text) {
        int colon = text.indexOf(':');
        if (colon < 0 || text.indexOf('=', colon) < 0) {
            throw new BadOption("--at: \"" + text + "\" is not of the form 5s:delay=50ms");
        }
        String at = text.substring(0, colon);
        try {
            return new Step(Quantity.nanos(at), settings("--at " + at + ":", text.substring(colon + 1)));
        } catch (BadOption e) {
            throw e.of("--at");
        }
    }

    /** The commas stand between settings, and between the two values of one. */
    private static List<Setting> settings(String before, String text) {
        List<Setting> settings = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            int equals = part.indexOf('=');
            if (equals >= 0) {
                settings.add(setting(before, part.substring(0, equals), part.substring(equals + 1)));
            } else if (settings.isEmpty()) {
                throw new BadOption("\"" + part + "\" is not of the form delay=50ms");
            } else {
                Setting last = settings.removeLast();
                settings.add(new Setting(last.label(), last.name(), last.value() + "," + part));
            }
        }
        return settings;
    }

    private static Setting setting(String before, String word, String value) {
        String name = "--" + word;
        if (EmulatorOptions.OF_PROGRAM.contains(name)) {
            throw new BadOption("\"" + word + "\" does not change in mid-run; what describes the link does");
        }
        return new Setting(before + word, name, value);
    }
}
