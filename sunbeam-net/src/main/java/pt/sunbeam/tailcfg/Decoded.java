package pt.sunbeam.tailcfg;

/** What decoding gave: the value, or why there is none. Decoding never throws for bad bytes. */
public sealed interface Decoded<T> {
    /** The bytes were a value of the expected form. */
    record Ok<T>(T value) implements Decoded<T> {}

    /**
     * The bytes were not.
     *
     * @param reason one short clause for a message or a log; it quotes no content
     */
    record Malformed<T>(String reason) implements Decoded<T> {}
}
