package pt.sunbeam.sim.emulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The emulator's command line.
 *
 * @param left name of the namespace on the left
 * @param link what the link is like at the start
 * @param changes in the order of their times
 * @param deviceMtuBytes MTU of the two devices
 * @param seconds when to end, 0 for on a signal
 */
record EmulatorOptions(
        String left,
        String right,
        LinkState link,
        List<LinkChange> changes,
        int deviceMtuBytes,
        long seed,
        long seconds) {
    static final EmulatorOptions DEFAULT =
            new EmulatorOptions("left", "right", LinkState.PERFECT, List.of(), 1500, 1, 0);

    static final String HELP = """
            link-emulator: a link with delay, loss and all else between two network namespaces (needs root).

              scripts/link-emulator [OPTION VALUE]...        (or OPTION=VALUE)

            Makes the namespaces when they are not there, and in each the device "emu0": 10.99.0.1/24 and fd99::1/64 on
            the left, 10.99.0.2/24 and fd99::2/64 on the right. Prints "ready", runs until it is interrupted, prints
            what happened, and takes away what it made; only SIGKILL leaves that, and it then goes with

              ip netns del left; ip netns del right

            In another terminal, for example:

              ip netns exec right iperf3 -s &  ip netns exec left iperf3 -C cubic -c 10.99.0.2

            An option that describes the link takes one value for both directions, or two with a comma between: left to
            right, then right to left. Without options the link is perfect.

              --delay 25ms            one-way delay
              --jitter 2ms            up to this is added at random, in order
              --reorder 1%:10ms       so many packets are held back by so much, and passed by others
              --loss 1%               each packet for itself; below 100%
              --burst-loss 1%:8       in bursts of so many packets in the mean, so many of all
              --rate 100mbit          of the bottleneck
              --queue 125kB           before the bottleneck, in bytes, or as the time it takes to drain (50ms)
              --mtu 1200              larger packets vanish; at least 68
              --duplicate 0.1%        packets that arrive twice
              --corrupt 0.1%          packets of which one bit is turned
              --ack-loss 5%           pure TCP acknowledgements that are lost besides
              --ack-keep-one-in 4     of so many pure acknowledgements in a row only the first passes
              --hold 10s:300ms:1s     every so often nothing arrives for so long (shortest, longest), nothing is lost
              --blackout off          "on" loses all that is sent from then on, until "off"

              --at 5s:loss=2%,rate=10mbit,5mbit
                                      so long after "ready" the link changes: any of the options above, without dashes;
                                      all else stays as it is, and packets under way keep their order. As often as
                                      wanted, for example --at 5s:blackout=on --at 8s:blackout=off

              --left NAME             namespace on the left (left); letters, digits, "_" and "-"
              --right NAME            namespace on the right (right)
              --device-mtu 1500       of the two devices, from 1280 to 65535
              --seed 1                the same seed decides the same way
              --seconds 60            ends by itself
              --help                  this text
            """;

    /** What describes the emulator itself, and does not change. */
    static final Set<String> OF_PROGRAM = Set.of("--left", "--right", "--device-mtu", "--seed", "--seconds");

    private static final long SECOND = 1_000_000_000L;
    private static final int MIN_DEVICE_MTU = 1280;
    private static final int MAX_DEVICE_MTU = 65535;

    /** Reads a command line; throws {@link BadOption}. */
    static EmulatorOptions parse(List<String> arguments) {
        EmulatorOptions o = DEFAULT;
        List<Setting> ofLink = new ArrayList<>();
        List<String> changes = new ArrayList<>();
        for (Setting s : settings(arguments)) {
            if (s.name().equals("--at")) {
                changes.add(s.value());
            } else if (OF_PROGRAM.contains(s.name())) {
                o = o.with(s);
            } else {
                ofLink.add(s);
            }
        }
        return o.with(DEFAULT.link.with(ofLink), changes).checked();
    }

    private EmulatorOptions with(LinkState start, List<String> changed) {
        return new EmulatorOptions(left, right, start, LinkChange.parse(changed, start), deviceMtuBytes, seed, seconds);
    }

    private EmulatorOptions checked() {
        if (left.equals(right)) {
            throw new BadOption("--left and --right are both \"" + left + "\"; the link needs two namespaces");
        }
        if (seconds > 0 && !changes.isEmpty() && changes.getLast().atNanos() / SECOND >= seconds) {
            throw new BadOption("--at: a change comes when --seconds " + seconds + " is over");
        }
        return this;
    }

    private static List<Setting> settings(List<String> arguments) {
        List<Setting> settings = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            String word = arguments.get(i);
            int equals = word.indexOf('=');
            if (!word.startsWith("--")) {
                throw new BadOption("\"" + word + "\" is no option: they begin with --; --help lists them");
            } else if (equals >= 0) {
                String name = word.substring(0, equals);
                settings.add(new Setting(name, name, word.substring(equals + 1)));
            } else if (++i < arguments.size()) {
                settings.add(new Setting(word, word, arguments.get(i)));
            } else {
                throw new BadOption(word + " needs a value; --help lists the options");
            }
        }
        return settings;
    }

    private EmulatorOptions with(Setting s) {
        try {
            return with(s.name(), s.value());
        } catch (BadOption e) {
            throw e.of(s.label());
        }
    }

    private EmulatorOptions with(String name, String value) {
        return switch (name) {
            case "--left" -> new EmulatorOptions(name(value), right, link, changes, deviceMtuBytes, seed, seconds);
            case "--right" -> new EmulatorOptions(left, name(value), link, changes, deviceMtuBytes, seed, seconds);
            case "--device-mtu" -> {
                int mtu = (int) Quantity.whole(value, MIN_DEVICE_MTU, MAX_DEVICE_MTU);
                yield new EmulatorOptions(left, right, link, changes, mtu, seed, seconds);
            }
            case "--seed" -> {
                long decides = Quantity.whole(value, 0, Long.MAX_VALUE);
                yield new EmulatorOptions(left, right, link, changes, deviceMtuBytes, decides, seconds);
            }
            default -> {
                long until = Quantity.whole(value, 1, Long.MAX_VALUE);
                yield new EmulatorOptions(left, right, link, changes, deviceMtuBytes, seed, until);
            }
        };
    }

    private static String name(String value) {
        if (!value.matches("[A-Za-z0-9_][A-Za-z0-9_-]*")) {
            throw new BadOption("\"" + value + "\" is no name of letters, digits, \"_\" and \"-\"");
        }
        return value;
    }
}
