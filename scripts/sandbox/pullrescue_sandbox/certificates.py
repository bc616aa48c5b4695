"""The certificate authority of the sandbox, and a server certificate for every name that the sandbox answers to."""

import subprocess

from pullrescue_sandbox import paths

HOSTS = paths.PACKAGE / "gateway" / "hosts"
SYSTEM_BUNDLE = "/etc/ssl/certs/ca-certificates.crt"
TRUST_STORE_PASSWORD = "sandbox"
EC_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


def create(folder):
    """Writes authority, server certificate, CA bundle (with the system's own authorities) and JVM trust store."""
    folder.mkdir(parents=True, exist_ok=True)
    _openssl(
        folder,
        "req",
        "-x509",
        *EC_KEY,
        "-days",
        "30",
        "-keyout",
        "authority.key",
        "-out",
        "authority.crt",
        "-subj",
        "/CN=pull-rescue sandbox",
        "-addext",
        "basicConstraints=critical,CA:TRUE",
        "-addext",
        "keyUsage=critical,keyCertSign,cRLSign",
    )
    _openssl(folder, "req", *EC_KEY, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=sandbox")
    names = ",".join(f"DNS:{name}" for name in host_names())
    (folder / "server.ext").write_text(f"subjectAltName={names}\nextendedKeyUsage=serverAuth\n")
    _openssl(
        folder,
        "x509",
        "-req",
        "-in",
        "server.csr",
        "-CA",
        "authority.crt",
        "-CAkey",
        "authority.key",
        "-CAcreateserial",
        "-days",
        "30",
        "-out",
        "server.crt",
        "-extfile",
        "server.ext",
    )
    with open(SYSTEM_BUNDLE, "rb") as system:
        (folder / "bundle.crt").write_bytes(system.read() + (folder / "authority.crt").read_bytes())
    (folder / "truststore.p12").unlink(missing_ok=True)
    _run(
        folder,
        "keytool",
        "-importcert",
        "-noprompt",
        "-alias",
        "sandbox",
        "-file",
        "authority.crt",
        "-keystore",
        "truststore.p12",
        "-storetype",
        "PKCS12",
        "-storepass",
        TRUST_STORE_PASSWORD,
    )


def host_names():
    lines = HOSTS.read_text().splitlines()
    return [name for line in lines if not line.startswith(("#", "127.")) for name in line.split()[1:]]


def _openssl(folder, *arguments):
    _run(folder, "openssl", *arguments)


def _run(folder, *command):
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if result.returncode:
        raise SystemExit(f"{command[0]} {command[1]} failed: {result.stderr.strip()}")
