package pt.sunbeam.testkit;

import io.netty.channel.Channel;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpPrefix;
import pt.sunbeam.keys.DiscoPublic;
import pt.sunbeam.keys.MachinePublic;
import pt.sunbeam.keys.NodePublic;
import pt.sunbeam.tailcfg.MapRequest;
import pt.sunbeam.tailcfg.Node;
import pt.sunbeam.tailcfg.RegisterRequest;

/** A registered node as the server sees it. Owned by the server's loop. */
final class TailnetMember {
    private static final int CGNAT = 0x64400000;
    private static final long ULA = 0xfd7a115ca1e00000L;

    final long id;
    final MachinePublic machine;
    Node node;
    boolean expired;

    @Nullable
    Channel stream;

    boolean zstd;

    TailnetMember(long id, MachinePublic machine, RegisterRequest request, String domain) {
        this.id = id;
        this.machine = machine;
        String hostname = request.hostinfo() == null ? "" : request.hostinfo().hostname();
        List<IpPrefix> addresses =
                List.of(IpPrefix.single(IpAddress.v4(CGNAT + (int) id)), IpPrefix.single(IpAddress.v6(ULA, id)));
        this.node = Node.of(id, hostname + "." + domain + ".", request.nodeKey(), addresses)
                .edit()
                .hostinfo(request.hostinfo())
                .online(false)
                .node();
    }

    NodePublic key() {
        return node.key();
    }

    /** Takes over what a map request says; true when that changed something that peers see. */
    boolean take(MapRequest request) {
        Node before = node;
        int homeDerp = request.hostinfo().netInfo() == null
                ? before.homeDerp()
                : request.hostinfo().netInfo().preferredDerp();
        node = before.edit()
                .discoKey(request.discoKey())
                .endpoints(request.endpoints().isEmpty() ? before.endpoints() : request.endpoints())
                .hostinfo(request.hostinfo())
                .homeDerp(homeDerp)
                .node();
        return !node.equals(before);
    }

    void rekey(NodePublic key) {
        node = node.edit().key(key).discoKey(DiscoPublic.ZERO).node();
        expired = false;
    }
}
