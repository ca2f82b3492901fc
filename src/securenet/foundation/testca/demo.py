"""The hierarchy that a demo needs: invented names, mixed keys, and a CA of its own for the TLS servers."""

from securenet.foundation.testca.hierarchy import CaSpec

TLS_CA = "demo-tls-ca"
LOCAL_HOSTS = ("localhost", "127.0.0.0/8", "::1/128")

DEMO_CAS = (
    CaSpec("demo-root-ca", "Demo Root CA", "rsa-2048", organization="Demo Identity Co., Ltd."),
    CaSpec("demo-national-root-ca", "Demo National Root CA", "p-256", organization="Demo National Root"),
    CaSpec("demo-ca", "Demo CA", "rsa-2048", "demo-root-ca", "Demo Identity Co., Ltd."),
    CaSpec("demo-ca-g2", "Demo CA G2", "p-256", "demo-root-ca", "Demo Identity Co., Ltd."),
    CaSpec("demo-ca-g3", "Demo CA G3", "rsa-2048", "demo-national-root-ca", "Demo Identity Co., Ltd."),
    CaSpec(TLS_CA, "Demo TLS CA (this computer only)", "p-256", organization="Demo", only_hosts=LOCAL_HOSTS),
)
