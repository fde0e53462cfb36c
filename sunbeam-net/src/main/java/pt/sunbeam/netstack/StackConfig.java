package pt.sunbeam.netstack;

import pt.sunbeam.netstack.tcp.TcpConfig;

/**
 * Limits of one stack.
 *
 * @param memoryBytes the budget of all buffers together
 * @param tcp limits and durations of TCP connections
 */
public record StackConfig(long memoryBytes, TcpConfig tcp) {
    public static final StackConfig DEFAULT = new StackConfig(256L << 20, TcpConfig.DEFAULT);

    public StackConfig withTcp(TcpConfig changed) {
        return new StackConfig(memoryBytes, changed);
    }

    public StackConfig withMemoryBytes(long bytes) {
        return new StackConfig(bytes, tcp);
    }
}
