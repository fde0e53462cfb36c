package pt.sunbeam.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The key pair is the one of the relay hello recorded with libsodium. */
class KeysTest {
    private static final String PRIVATE = "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e5f";
    private static final String PUBLIC = "493e82fc74464a59268817623d2053c5eb8e2cc4a988b4fee179ec6b010d531d";

    @Test
    void aPublicKeyFollowsFromItsPrivateKeyAndHasATextForm() {
        NodePrivate key = new NodePrivate(HexFormat.of().parseHex(PRIVATE));
        assertThat(key.publicKey()).hasToString("nodekey:" + PUBLIC);
        assertThat(NodePublic.parse("nodekey:" + PUBLIC)).isEqualTo(key.publicKey());
        assertThat(NodePrivate.fromSecretText(key.toSecretText())).isEqualTo(key);
    }

    @Test
    void aPrivateKeyNeverShowsItself() {
        assertThat(NodePrivate.generate(new Random(1)).toString()).isEqualTo("private key (hidden)");
    }

    @Test
    void malformedTextIsNoKey() {
        assertThat(NodePublic.parse("")).isNull();
        assertThat(NodePublic.parse("mkey:" + PUBLIC)).isNull();
        assertThat(NodePublic.parse("nodekey:" + PUBLIC + "00")).isNull();
        assertThat(NodePublic.parse("nodekey:" + PUBLIC.replace('4', 'x'))).isNull();
    }

    @Test
    void keysOfDifferentRolesAreNeverEqual() {
        byte[] bytes = HexFormat.of().parseHex(PUBLIC);
        assertThat((Object) new NodePublic(bytes)).isNotEqualTo(new MachinePublic(bytes));
        assertThat(NodePublic.ZERO.isZero()).isTrue();
        assertThat(new NodePublic(bytes).isZero()).isFalse();
    }
}
