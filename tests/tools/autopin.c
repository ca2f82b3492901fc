/* For tests only. A PKCS#11 module between a headless browser and a real module: it logs in by itself, so that no PIN
 * dialog, which nobody would see, is ever opened. Everything else goes straight to the real module.
 *
 * Environment: AUTOPIN_MODULE (path of the real module), AUTOPIN_PIN.
 */
#include <dlfcn.h>
#include <p11-kit/pkcs11.h>
#include <stdlib.h>
#include <string.h>

static CK_FUNCTION_LIST *real;
static CK_FUNCTION_LIST ours;

/* A token that needs no login is never asked for a PIN. */
static CK_RV get_token_info(CK_SLOT_ID slot, CK_TOKEN_INFO *info)
{
    CK_RV result = real->C_GetTokenInfo(slot, info);

    if (result == CKR_OK)
        info->flags &= ~(CK_FLAGS)CKF_LOGIN_REQUIRED;
    return result;
}

/* The first session logs in for all of the application's sessions; for the others the token says so and that is fine. */
static CK_RV open_session(CK_SLOT_ID slot, CK_FLAGS flags, void *data, CK_NOTIFY notify, CK_SESSION_HANDLE *session)
{
    CK_TOKEN_INFO info;
    const char *pin = getenv("AUTOPIN_PIN");
    CK_RV result = real->C_OpenSession(slot, flags, data, notify, session);

    if (result != CKR_OK || pin == NULL)
        return result;
    if (real->C_GetTokenInfo(slot, &info) == CKR_OK && (info.flags & CKF_USER_PIN_INITIALIZED))
        real->C_Login(*session, CKU_USER, (CK_UTF8CHAR *)pin, strlen(pin));
    return CKR_OK;
}

CK_RV C_GetFunctionList(CK_FUNCTION_LIST **list)
{
    if (real == NULL) {
        const char *path = getenv("AUTOPIN_MODULE");
        void *module = path ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL;
        CK_C_GetFunctionList get = module ? (CK_C_GetFunctionList)dlsym(module, "C_GetFunctionList") : NULL;

        if (get == NULL || get(&real) != CKR_OK)
            return CKR_GENERAL_ERROR;
        ours = *real;
        ours.C_GetFunctionList = C_GetFunctionList;
        ours.C_GetTokenInfo = get_token_info;
        ours.C_OpenSession = open_session;
    }
    *list = &ours;
    return CKR_OK;
}
