package pt.sunbeam.disco;

import java.util.HexFormat;
import pt.sunbeam.keys.DiscoPrivate;
import pt.sunbeam.keys.NodePublic;

/** Two keys and packets between them, made with libsodium's crypto_box around plaintexts that Tailscale's disco package reads. */
final class DiscoVectors {
    static final DiscoPrivate A =
            new DiscoPrivate(hex("c0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcddde5f"));
    static final DiscoPrivate B =
            new DiscoPrivate(hex("e0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfe7f"));
    static final NodePublic NODE =
            new NodePublic(hex("493e82fc74464a59268817623d2053c5eb8e2cc4a988b4fee179ec6b010d531d"));
    static final TxId TX_ID = new TxId(0x0102030405060708L, 0x090a0b0c);

    static final String NONCE_OF_PING = "303132333435363738393a3b3c3d3e3f4041424344454647";

    /** From A to B, with the node key. */
    static final byte[] PING = hex("5453f09f92acdc2cca31e8e43bbd91dff7e475cca3347eb478107d5bd765aba4ae4a30c35d44"
            + NONCE_OF_PING
            + "a0cbab448f67a60b1a641e7dd547c4334effad81a571d5d72477bff8d6ec22b94dd04c33e5541b84c39e7d7d37643da66656"
            + "dbda480636618d41d65af95b");

    static final String NONCE_OF_PONG = "48494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f";

    /** From B to A, which it saw at 2.3.4.5:1234. */
    static final byte[] PONG = hex("5453f09f92ac736845d54e87de09d6bb114aa7042c50a4a015bd9901d1a0026f5956533a1519"
            + NONCE_OF_PONG
            + "3aad1bc398eecb45fb0c7ab2c496099f373d9e2bac564c3f8b9dac1b23b0dbf1c0264aa382c8ef1a3e56668e2d93d117");

    private DiscoVectors() {}

    static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }
}
