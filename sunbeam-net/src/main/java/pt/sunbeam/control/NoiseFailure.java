package pt.sunbeam.control;

import io.netty.handler.codec.DecoderException;

/** The Noise stream is broken and its connection must end. */
public final class NoiseFailure extends DecoderException {
    NoiseFailure(String message) {
        super(message);
    }
}
