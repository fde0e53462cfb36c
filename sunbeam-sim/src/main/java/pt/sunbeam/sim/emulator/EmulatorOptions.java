package pt.sunbeam.sim.emulator;

import java.util.List;
import java.util.function.BiFunction;
import pt.sunbeam.sim.LinkProfile;

/**
 * The emulator's command line.
 *
 * @param left name of the namespace on the left
 * @param deviceMtuBytes MTU of the two devices
 * @param seconds when to end, 0 for on a signal
 */
record EmulatorOptions(
        String left,
        String right,
        LinkProfile leftToRight,
        LinkProfile rightToLeft,
        int deviceMtuBytes,
        long seed,
        long seconds) {
    static final EmulatorOptions DEFAULT =
            new EmulatorOptions("left", "right", LinkProfile.PERFECT, LinkProfile.PERFECT, 1500, 1, 0);

    static final String HELP = """
            link-emulator: a link with delay, loss and all else between two network namespaces (needs root).

              scripts/link-emulator [OPTION VALUE]...

            Makes the namespaces when they are not there, and in each the device "emu0": 10.99.0.1/24 and fd99::1/64 on
            the left, 10.99.0.2/24 and fd99::2/64 on the right. Prints "ready", runs until it is interrupted, prints
            what happened, and takes away what it made. In another terminal, for example:

              ip netns exec right iperf3 -s &  ip netns exec left iperf3 -C cubic -c 10.99.0.2

            An option that describes the link takes one value for both directions, or two with a comma between: left to
            right, then right to left. Without options the link is perfect.

              --delay 25ms            one-way delay
              --jitter 2ms            up to this is added at random, in order
              --reorder 1%:10ms       so many packets are held back by so much, and passed by others
              --loss 1%               each packet for itself
              --burst-loss 1%:8       in bursts of so many packets in the mean, so many of all
              --rate 100mbit          of the bottleneck
              --queue 125kB           before the bottleneck, in bytes, or as the time it takes to drain (50ms)
              --mtu 1200              larger packets vanish
              --duplicate 0.1%        packets that arrive twice
              --corrupt 0.1%          packets of which one bit is turned
              --ack-loss 5%           pure TCP acknowledgements that are lost besides
              --ack-keep-one-in 4     of so many pure acknowledgements in a row only the first passes
              --hold 10s:300ms:1s     every so often nothing arrives for so long (shortest, longest), nothing is lost

              --left NAME             namespace on the left (left)
              --right NAME            namespace on the right (right)
              --device-mtu 1500       of the two devices
              --seed 1                the same seed decides the same way
              --seconds 60            ends by itself
              --help                  this text
            """;

    /** Reads a command line; throws {@link BadOption}. */
    static EmulatorOptions parse(List<String> arguments) {
        EmulatorOptions o = DEFAULT;
        for (int i = 0; i < arguments.size(); i += 2) {
            if (i + 1 == arguments.size()) {
                throw new BadOption(arguments.get(i) + " needs a value; --help lists the options");
            }
            o = o.with(arguments.get(i), arguments.get(i + 1));
        }
        return o.withQueues(arguments);
    }

    private EmulatorOptions with(String name, String value) {
        return switch (name) {
            case "--left" -> new EmulatorOptions(value, right, leftToRight, rightToLeft, deviceMtuBytes, seed, seconds);
            case "--right" -> new EmulatorOptions(left, value, leftToRight, rightToLeft, deviceMtuBytes, seed, seconds);
            case "--device-mtu" ->
                new EmulatorOptions(left, right, leftToRight, rightToLeft, (int) Quantity.number(value), seed, seconds);
            case "--seed" ->
                new EmulatorOptions(
                        left, right, leftToRight, rightToLeft, deviceMtuBytes, (long) Quantity.number(value), seconds);
            case "--seconds" ->
                new EmulatorOptions(
                        left, right, leftToRight, rightToLeft, deviceMtuBytes, seed, (long) Quantity.number(value));
            // A queue given as a time needs the rate, which may come later.
            case "--queue" -> this;
            default -> both(value, (profile, one) -> ProfileOption.apply(profile, name, one));
        };
    }

    private EmulatorOptions withQueues(List<String> arguments) {
        EmulatorOptions o = this;
        for (int i = 0; i < arguments.size(); i += 2) {
            if (arguments.get(i).equals("--queue")) {
                o = o.both(arguments.get(i + 1), ProfileOption::queue);
            }
        }
        return o;
    }

    private EmulatorOptions both(String value, BiFunction<LinkProfile, String, LinkProfile> change) {
        int comma = value.indexOf(',');
        String first = comma < 0 ? value : value.substring(0, comma);
        String second = comma < 0 ? value : value.substring(comma + 1);
        return new EmulatorOptions(
                left,
                right,
                change.apply(leftToRight, first),
                change.apply(rightToLeft, second),
                deviceMtuBytes,
                seed,
                seconds);
    }
}
