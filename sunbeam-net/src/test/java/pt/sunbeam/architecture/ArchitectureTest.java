package pt.sunbeam.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The five levels and the rules that hold them: arrows point down, and the machines touch nothing outside. */
class ArchitectureTest {
    private static final JavaClasses SUNBEAM = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("pt.sunbeam");

    private static final String[] LEVEL_0 = packages("bytes", "time", "keys", "crypto", "ip", "failure", "json");
    private static final String[] LEVEL_1 = packages(
            "noise", "wireguard", "netstack", "tsmp", "derp", "disco", "stun", "portmap", "path", "tailcfg", "netmap");
    private static final String[] LEVEL_2 = packages("dataplane");
    private static final String[] LEVEL_3 =
            packages("transport", "underlay", "relay", "control", "proxy", "netcheck", "network");
    private static final String[] LEVEL_4 = packages("daemon", "ipc", "config");

    private static String[] packages(String... names) {
        String[] out = new String[names.length];
        for (int i = 0; i < names.length; i++) {
            out[i] = "pt.sunbeam." + names[i] + "..";
        }
        return out;
    }

    private static String[] join(String[]... parts) {
        return java.util.Arrays.stream(parts).flatMap(java.util.Arrays::stream).toArray(String[]::new);
    }

    @Test
    void valuesDependOnNothingAboveThem() {
        noClasses()
                .that()
                .resideInAnyPackage(LEVEL_0)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(join(LEVEL_1, LEVEL_2, LEVEL_3, LEVEL_4))
                .check(SUNBEAM);
    }

    @Test
    void protocolsDependOnNothingAboveThem() {
        noClasses()
                .that()
                .resideInAnyPackage(LEVEL_1)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(join(LEVEL_2, LEVEL_3, LEVEL_4))
                .check(SUNBEAM);
    }

    @Test
    void theDataPlaneDependsOnNothingAboveIt() {
        noClasses()
                .that()
                .resideInAnyPackage(LEVEL_2)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(join(LEVEL_3, LEVEL_4))
                .check(SUNBEAM);
    }

    @Test
    void ioDependsOnTheDaemonNowhere() {
        noClasses()
                .that()
                .resideInAnyPackage(LEVEL_3)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages("daemon", "ipc"))
                .check(SUNBEAM);
    }

    @Test
    void controlRelaysForwardsAndNetcheckDoNotKnowEachOther() {
        noClasses()
                .that()
                .resideInAnyPackage(packages("control"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages("relay", "proxy", "netcheck"))
                .check(SUNBEAM);
        noClasses()
                .that()
                .resideInAnyPackage(packages("proxy"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages("control", "relay", "netcheck"))
                .check(SUNBEAM);
        noClasses()
                .that()
                .resideInAnyPackage(packages("relay"))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages("control", "proxy", "netcheck"))
                .check(SUNBEAM);
    }

    @Test
    void theMachinesHoldNoSocketFileThreadLockClockOrLogger() {
        noClasses()
                .that()
                .resideInAnyPackage(join(LEVEL_1, LEVEL_2))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.net..",
                        "java.nio.channels..",
                        "java.nio.file..",
                        "java.util.concurrent..",
                        "org.slf4j..",
                        "io.netty..")
                .orShould()
                .dependOnClassesThat()
                .belongToAnyOf(Thread.class, java.time.Clock.class)
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .check(SUNBEAM);
    }

    @Test
    void onlyCryptoSeesTheProvidersOfPrimitives() {
        noClasses()
                .that()
                .resideOutsideOfPackage("pt.sunbeam.crypto..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.bouncycastle..", "javax.crypto..")
                .check(SUNBEAM);
    }

    @Test
    void packagesFormNoCycle() {
        slices().matching("pt.sunbeam.(*)..").should().beFreeOfCycles().check(SUNBEAM);
    }

    @Test
    void everyPackageIsNullMarked() {
        classes()
                .that()
                .haveSimpleName("package-info")
                .should()
                .beAnnotatedWith(org.jspecify.annotations.NullMarked.class)
                .check(SUNBEAM);
    }

    @Test
    void namesSayWhatAThingIs() {
        noClasses()
                .should()
                .haveSimpleNameEndingWith("Impl")
                .orShould()
                .haveSimpleNameEndingWith("Manager")
                .orShould()
                .haveSimpleNameEndingWith("Util")
                .orShould()
                .haveSimpleNameEndingWith("Utils")
                .orShould()
                .haveSimpleNameEndingWith("Helper")
                .check(SUNBEAM);
    }
}
