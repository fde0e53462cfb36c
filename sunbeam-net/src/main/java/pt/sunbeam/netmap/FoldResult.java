package pt.sunbeam.netmap;

/** What a map message did. */
public sealed interface FoldResult {
    /** There is a new picture. */
    record Updated(Netmap netmap) implements FoldResult {}

    /** A keep-alive: nothing about the tailnet. */
    record KeptAlive() implements FoldResult {}

    /**
     * The stream cannot be used any further.
     *
     * @param reason one clause
     */
    record Broken(String reason) implements FoldResult {}
}
