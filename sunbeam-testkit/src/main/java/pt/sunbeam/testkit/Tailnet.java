package pt.sunbeam.testkit;

import com.github.luben.zstd.Zstd;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.keys.MachinePublic;
import pt.sunbeam.keys.NodePublic;
import pt.sunbeam.tailcfg.ControlJson;
import pt.sunbeam.tailcfg.DerpMap;
import pt.sunbeam.tailcfg.FilterRule;
import pt.sunbeam.tailcfg.MapRequest;
import pt.sunbeam.tailcfg.Node;
import pt.sunbeam.tailcfg.RegisterRequest;
import pt.sunbeam.tailcfg.RegisterResponse;
import pt.sunbeam.tailcfg.UserProfile;

/**
 * The server's picture of the tailnet: who is registered, what each node is told. Owned by the server's loop. It keeps to
 * what Headscale 0.29 does where a client can tell the difference.
 */
final class Tailnet {
    static final String DOMAIN = "tail.test";

    private static final long USER_ID = 1;

    final Map<NodePublic, TailnetMember> members = new LinkedHashMap<>();
    final Map<String, AuthKey> authKeys = new HashMap<>();
    final Map<String, NodePublic> logins = new LinkedHashMap<>();
    DerpMap derpMap = DerpMap.EMPTY;
    List<FilterRule> filter = List.of(FilterRule.allow("*", "*"));
    private long lastId;
    private long lastLogin;

    /** A pre-authentication key. */
    static final class AuthKey {
        final boolean reusable;
        final boolean expired;
        boolean used;

        AuthKey(boolean reusable, boolean expired) {
            this.reusable = reusable;
            this.expired = expired;
        }
    }

    /** The answer, or null while a person has not approved the login that {@code followup} names. */
    @Nullable
    RegisterResponse register(RegisterRequest request, MachinePublic machine, String serverUrl) {
        TailnetMember known = members.get(request.nodeKey());
        if (known != null && !known.machine.equals(machine)) {
            return refused("node exists with a different machine key");
        }
        if (known != null && isPast(request.expiry())) {
            known.expired = true;
            return answer(true, "");
        }
        if (known != null && known.expired) {
            return answer(true, "");
        }
        if (known != null) {
            return answer(false, "");
        }
        if (request.auth() != null) {
            return byAuthKey(request, machine, request.auth().authKey());
        }
        return byLogin(request, machine, serverUrl);
    }

    private RegisterResponse byAuthKey(RegisterRequest request, MachinePublic machine, String text) {
        AuthKey key = authKeys.get(text);
        if (key == null) {
            return refused("invalid pre auth key");
        }
        if (key.expired) {
            return refused("authkey expired");
        }
        if (key.used && !key.reusable) {
            return refused("authkey already used");
        }
        key.used = true;
        join(request, machine);
        return answer(false, "");
    }

    private @Nullable RegisterResponse byLogin(RegisterRequest request, MachinePublic machine, String serverUrl) {
        if (logins.containsKey(request.followup())) {
            NodePublic approved = logins.get(request.followup());
            if (approved == null || !approved.equals(request.nodeKey())) {
                return null;
            }
            logins.remove(request.followup());
            join(request, machine);
            return answer(false, "");
        }
        String url = serverUrl + "/register/login-" + ++lastLogin;
        logins.put(url, null);
        return answer(false, url);
    }

    private void join(RegisterRequest request, MachinePublic machine) {
        TailnetMember previous = null;
        for (TailnetMember member : members.values()) {
            previous = member.machine.equals(machine) ? member : previous;
        }
        if (previous != null) {
            members.remove(previous.key());
            previous.rekey(request.nodeKey());
            members.put(request.nodeKey(), previous);
        } else {
            long id = ++lastId;
            members.put(request.nodeKey(), new TailnetMember(id, machine, request, DOMAIN));
        }
        tellPeers(request.nodeKey());
    }

    void tellPeers(NodePublic changed) {
        TailnetMember member = members.get(changed);
        if (member != null) {
            tellOthers(member, Map.of("PeersChanged", List.of(member.node)));
        }
    }

    void tellOthers(TailnetMember except, Map<String, ?> message) {
        for (TailnetMember member : members.values()) {
            if (member.id != except.id) {
                send(member, message);
            }
        }
    }

    void online(TailnetMember member, boolean online) {
        member.node = member.node.edit().online(online).node();
        tellOthers(member, Map.of("OnlineChange", Map.of(Long.toString(member.id), online)));
    }

    /** The whole picture for {@code member}. */
    Map<String, Object> fullMap(TailnetMember member) {
        List<Node> peers = new ArrayList<>();
        members.values().stream().filter(other -> other.id != member.id).forEach(other -> peers.add(other.node));
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("Node", member.node);
        message.put("DERPMap", derpMap);
        message.put("Peers", peers);
        message.put("DNSConfig", Map.of("Proxied", true, "Domains", List.of(DOMAIN)));
        message.put("Domain", DOMAIN);
        message.put("PacketFilters", Map.of("base", filter));
        message.put("UserProfiles", List.of(new UserProfile(USER_ID, "user", "User")));
        message.put("ControlTime", Instant.now());
        message.put("Debug", Map.of("DisableLogTail", true));
        return message;
    }

    void send(TailnetMember member, Map<String, ?> message) {
        Channel stream = member.stream;
        if (stream != null) {
            sendBytes(stream, frame(ControlJson.encodeMembers(message), member.zstd));
        }
    }

    static void sendBytes(Channel stream, byte[] bytes) {
        stream.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(bytes), false));
    }

    /** A message with its length in front. */
    static byte[] frame(byte[] json, boolean zstd) {
        byte[] body = zstd ? Zstd.compress(json) : json;
        ByteBuf out = Unpooled.buffer(4 + body.length).writeIntLE(body.length).writeBytes(body);
        return out.array();
    }

    /** Takes a map request; null when the node is unknown or belongs to another machine. */
    @Nullable
    TailnetMember accept(MapRequest request, MachinePublic machine) {
        TailnetMember member = members.get(request.nodeKey());
        if (member == null || !member.machine.equals(machine)) {
            return null;
        }
        if (member.take(request)) {
            tellPeers(member.key());
        }
        return member;
    }

    static RegisterResponse refused(String error) {
        return new RegisterResponse(null, null, false, false, "", "", error);
    }

    private static RegisterResponse answer(boolean expired, String url) {
        return new RegisterResponse(
                new RegisterResponse.User(USER_ID, "User"),
                new RegisterResponse.Login(USER_ID, "user", "User"),
                expired,
                url.isEmpty() && !expired,
                url,
                "",
                "");
    }

    private static boolean isPast(Instant expiry) {
        return !expiry.equals(RegisterRequest.NO_EXPIRY) && expiry.isBefore(Instant.now());
    }
}
