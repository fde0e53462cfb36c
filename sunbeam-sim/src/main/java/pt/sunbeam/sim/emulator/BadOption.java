package pt.sunbeam.sim.emulator;

/** An option that cannot be understood; the message is a sentence for the user. */
final class BadOption extends RuntimeException {
    BadOption(String message) {
        super(message, null, false, false);
    }

    /** The same with the option's name before it. */
    BadOption of(String name) {
        return new BadOption(name + ": " + getMessage());
    }
}
