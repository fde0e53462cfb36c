package pt.sunbeam.control;

import java.time.Duration;

/**
 * How long each step may take.
 *
 * @param connect dialling, TLS included, of one connection
 * @param handshake upgrade and Noise, and one key fetch, after dialling
 * @param request a register, a lite update
 * @param followup a register that waits for a person; longer than the server holds it
 * @param silence a map stream without a complete message, response headers included: servers send something every minute
 * @param ping an answer to a ping request
 * @param life a sign of life when the network has changed
 */
public record ControlTimeouts(
        Duration connect,
        Duration handshake,
        Duration request,
        Duration followup,
        Duration silence,
        Duration ping,
        Duration life) {
    public static final ControlTimeouts DEFAULT = new ControlTimeouts(
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofMinutes(20),
            Duration.ofSeconds(120),
            Duration.ofSeconds(15),
            Duration.ofSeconds(3));
}
