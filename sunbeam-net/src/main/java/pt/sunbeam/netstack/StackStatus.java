package pt.sunbeam.netstack;

import pt.sunbeam.netstack.counters.StackCounters;

/**
 * A stack at one moment.
 *
 * @param reassemblyBytes data of fragments that wait for more
 * @param memoryBytes buffer memory that is charged now
 */
public record StackStatus(
        int connections,
        int halfOpen,
        int timeWait,
        int udpSockets,
        int echoSockets,
        int reassemblyBytes,
        long memoryBytes,
        StackCounters.Snapshot counters) {}
