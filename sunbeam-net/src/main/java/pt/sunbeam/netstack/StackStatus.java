package pt.sunbeam.netstack;

import pt.sunbeam.netstack.counters.StackCounters;

/**
 * A stack at one moment.
 *
 * @param memoryBytes buffer memory that is charged now
 */
public record StackStatus(
        int connections, int halfOpen, int timeWait, long memoryBytes, StackCounters.Snapshot counters) {}
