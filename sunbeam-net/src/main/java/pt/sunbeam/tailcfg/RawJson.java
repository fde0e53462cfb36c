package pt.sunbeam.tailcfg;

/**
 * One JSON value kept as text, because its meaning belongs to whoever defined the capability that carries it.
 *
 * @param text compact JSON
 */
public record RawJson(String text) {}
