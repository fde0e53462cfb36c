package pt.sunbeam.sim.emulator;

/**
 * An option with its value.
 *
 * @param label what the user wrote before the value, for messages
 * @param name the option, with its dashes
 */
record Setting(String label, String name, String value) {}
