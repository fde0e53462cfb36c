package pt.sunbeam.sim.emulator;

import java.util.List;
import pt.sunbeam.sim.LinkProfile;

/** What the link is like in both directions. */
record LinkState(Way leftToRight, Way rightToLeft) {
    private static final String QUEUE = "--queue";

    static final LinkState PERFECT = of(LinkProfile.PERFECT, LinkProfile.PERFECT);

    static LinkState of(LinkProfile leftToRight, LinkProfile rightToLeft) {
        return new LinkState(new Way(leftToRight, false), new Way(rightToLeft, false));
    }

    /** The state after these settings; throws {@link BadOption}. */
    LinkState with(List<Setting> settings) {
        LinkState changed = this;
        for (Setting s : settings) {
            changed = s.name().equals(QUEUE) ? changed : changed.with(s);
        }
        // A queue given as a time needs the rate, which may come later.
        for (Setting s : settings) {
            changed = s.name().equals(QUEUE) ? changed.with(s) : changed;
        }
        return changed;
    }

    private LinkState with(Setting s) {
        try {
            String[] values = s.value().split(",", -1);
            if (values.length > 2) {
                throw new BadOption("\"" + s.value() + "\" has more than two values, one for each direction");
            }
            return new LinkState(
                    with(leftToRight, s.name(), values[0]), with(rightToLeft, s.name(), values[values.length - 1]));
        } catch (BadOption e) {
            throw e.of(s.label());
        }
    }

    private static Way with(Way way, String name, String value) {
        return switch (name) {
            case "--blackout" -> new Way(way.profile(), Quantity.onOrOff(value));
            case QUEUE -> way.withProfile(ProfileOption.queue(way.profile(), value));
            default -> way.withProfile(ProfileOption.apply(way.profile(), name, value));
        };
    }
}
