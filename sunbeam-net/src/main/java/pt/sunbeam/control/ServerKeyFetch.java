package pt.sunbeam.control;

import io.netty.handler.codec.http.HttpMethod;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;
import pt.sunbeam.keys.MachinePublic;
import pt.sunbeam.tailcfg.CapabilityVersion;
import pt.sunbeam.tailcfg.ControlJson;
import pt.sunbeam.tailcfg.Decoded;
import pt.sunbeam.tailcfg.ServerKeys;
import pt.sunbeam.transport.Dialer;

/**
 * {@code GET /key}: the server's Noise key, the root of trust of everything after it. Over https the server's certificate
 * vouches for it; over http it is believed.
 */
final class ServerKeyFetch {
    private ServerKeyFetch() {}

    static MachinePublic fetch(Dialer dialer, ControlUrl url, ControlTimeouts timeouts) {
        String path = url.path() + "/key?v=" + CapabilityVersion.CURRENT;
        HttpAnswer answer = HttpFetch.send(dialer, url, HttpMethod.GET, path, timeouts.connect(), timeouts.handshake());
        if (answer.status() >= 500) {
            throw new SunbeamException(
                    FailureCode.CONTROL_FAILED,
                    "the control server " + url + " answered HTTP " + answer.status() + " to the key request",
                    "The server or a proxy in front of it is failing; look at its log");
        }
        if (answer.status() != 200) {
            throw notControl(url, "it answered HTTP " + answer.status() + " to the key request");
        }
        if (!(ControlJson.serverKeys(answer.body()) instanceof Decoded.Ok<ServerKeys>(ServerKeys keys))) {
            throw notControl(url, "its answer to the key request is not the expected JSON");
        }
        if (keys.publicKey() == null || keys.publicKey().isZero()) {
            throw notControl(url, "it names no Noise key");
        }
        return keys.publicKey();
    }

    private static SunbeamException notControl(ControlUrl url, String why) {
        return new SunbeamException(
                FailureCode.CONTROL_UNSUPPORTED,
                url + " is not a control server this client can use: " + why,
                "Check the URL: it must be that of Tailscale's control plane or of Headscale 0.23 or later");
    }
}
